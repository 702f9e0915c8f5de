-- Groups of a breakdown are told apart by their kind: "(other)" and "(not known)" could be values of a property too.
update segments
set parameters = replace(
    replace(
        replace(
            replace(parameters, '"first_group": "(other)"', '"first_kind": "other"'),
            '"first_group": "(not known)"', '"first_kind": "unknown"'
        ),
        '"second_group": "(other)"', '"second_kind": "other"'
    ),
    '"second_group": "(not known)"', '"second_kind": "unknown"'
)
where query = 'explore/people';
