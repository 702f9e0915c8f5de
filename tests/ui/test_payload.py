import json

from workbench.ui.account.payload import flattened


def test_a_payload_is_flattened_to_the_paths_of_bakkts_refusals() -> None:
    payload = {"owners": [{"identity": {"givenName": "佐藤", "tags": []}}], "share": True, "nothing": None}
    assert list(flattened(payload)) == [
        ("owners[0].identity.givenName", "佐藤"),
        ("owners[0].identity.tags", "[]"),
        ("share", "true"),
        ("nothing", "null"),
    ]


def test_a_long_number_keeps_its_digits() -> None:
    body = '{"big": 12345678901234567890.10}'
    assert list(flattened(json.loads(body, parse_float=str, parse_int=str))) == [("big", "12345678901234567890.10")]
