"""Uploads as the guide describes them, and the document list of an account."""

import io
import zlib

import pytest
from PIL import Image

from tests.support.account_requests import company, individual
from tests.support.sandbox_bench import DOCUMENTS, Bench


@pytest.fixture
def bench() -> Bench:
    made = Bench(accounts=60)
    made.open(individual("P-1"))
    made.open(company("F-1"))
    return made


@pytest.mark.parametrize("part", ["request", "metadata"])
def test_a_document_comes_back_as_it_went(bench: Bench, part: str) -> None:
    sent = bench.upload("P-1", "PASSPORT", part, documentExpiration="2030-10-04T16:34:29.446Z", description="é")
    assert sent.status_code == 200
    content = sent.json()
    document_id = content["request"]["clientDocumentId"]
    assert content["createdAt"] == "2026-11-22T12:00:00.000Z"
    assert bench.call("GET", f"{DOCUMENTS}/{document_id}/metadata").json() == content
    assert bench.call("GET", f"{DOCUMENTS}/P-1/accountDocumentMetadata").json() == {
        "documentMetadata": [content["request"]]
    }
    download = bench.call("GET", f"{DOCUMENTS}/{document_id.upper()}")
    assert (download.content, download.headers["content-type"]) == (b"\x89PNG some bytes", "image/png")


def test_both_sides_of_a_licence_are_two_documents(bench: Bench) -> None:
    for side in ("FRONT", "BACK"):
        assert bench.upload("F-1", "DRIVERS_LICENSE", clientOwnerId="o1", documentSide=side).status_code == 200
    lines = {line["client_owner_id"]: line["is_met"] for line in bench.truth("F-1")["checklist"][-2:]}
    assert lines == {"o1": True, "o2": False}


def test_one_side_is_not_enough(bench: Bench) -> None:
    bench.upload("F-1", "DRIVERS_LICENSE", clientOwnerId="o1", documentSide="FRONT")
    assert not any(line["is_met"] for line in bench.truth("F-1")["checklist"])


def test_a_new_upload_leaves_the_old_one_listed(bench: Bench) -> None:
    bench.upload("P-1", "PASSPORT")
    bench.upload("P-1", "PASSPORT")
    listed = bench.call("GET", f"{DOCUMENTS}/P-1/accountDocumentMetadata").json()["documentMetadata"]
    assert len({document["clientDocumentId"] for document in listed}) == 2


@pytest.mark.parametrize(
    ("metadata", "word"),
    [
        ({"account": "stranger"}, "account"),
        ({"documentType": "LIBRARY_CARD"}, "documentType"),
        ({"clientDocumentId": "17"}, "clientDocumentId"),
        ({"clientOwnerId": "nobody"}, "clientOwnerId"),
        ({"issueCountry": "US"}, "issueCountry"),
        ({"documentExpiration": "tomorrow"}, "documentExpiration"),
        ({"documentType": "DRIVERS_LICENSE", "documentSide": "UNSPECIFIED"}, "documentSide"),
    ],
)
def test_wrong_metadata_is_refused_with_404_and_a_word(bench: Bench, metadata: dict[str, str], word: str) -> None:
    account = metadata.get("account", "P-1")
    kind = metadata.get("documentType", "PASSPORT")
    rest = {name: value for name, value in metadata.items() if name not in {"account", "documentType"}}
    answer = bench.upload(account, kind, **rest)
    assert answer.status_code == 404
    assert word in answer.json()["message"]
    assert bench.truth("P-1")["documents"] == []


def test_documents_about_the_entity_need_a_front_and_a_country(bench: Bench) -> None:
    assert bench.upload("F-1", "CERTIFICATE_OF_INCORPORATION", documentSide="BACK").status_code == 404
    assert bench.upload("F-1", "CERTIFICATE_OF_INCORPORATION").status_code == 200


def test_the_same_document_id_cannot_be_used_twice(bench: Bench) -> None:
    used = bench.upload("P-1", "PASSPORT").json()["request"]["clientDocumentId"]
    assert bench.upload("P-1", "PASSPORT", clientDocumentId=used).status_code == 409
    assert len(bench.truth("P-1")["documents"]) == 1


def test_a_file_without_its_own_type_is_refused(bench: Bench) -> None:
    files = {
        "document": (None, b"bytes"),
        "request": (None, '{"clientDocumentId": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}', "application/json"),
    }
    assert bench.call("POST", DOCUMENTS, files=files).status_code == 404


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "multipart/form-data"}, b"--x"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"not a part at all"),
        (
            {"content-type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb',
        ),
        ({"content-type": "application/json"}, b"{}"),
        ({}, b""),
    ],
)
def test_what_is_no_upload_is_refused(bench: Bench, headers: dict[str, str], body: bytes) -> None:
    answer = bench.call("POST", DOCUMENTS, headers=headers, content=body)
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) == {"code", "message"}


def test_an_upload_beyond_the_limit_is_refused(bench: Bench) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert bench.call("POST", DOCUMENTS, headers=headers, content=b"x" * 20_000_001).status_code == 413


def test_seeded_documents_have_content_that_opens(bench: Bench) -> None:
    kinds = set()
    for document_id in [name for one in bench.sandbox.truth() for name in one["documents"]]:
        download = bench.call("GET", f"{DOCUMENTS}/{document_id}")
        kinds.add(download.headers["content-type"])
        if download.headers["content-type"] == "image/png":
            Image.open(io.BytesIO(download.content)).load()
        else:
            assert download.content.startswith(b"%PDF-1.4")
            assert download.content.endswith(b"%%EOF\n")
        assert zlib.crc32(download.content) == zlib.crc32(bench.call("GET", f"{DOCUMENTS}/{document_id}").content)
    assert kinds == {"image/png", "application/pdf"}
