"""``/api/v1``: the catalogue, syncs, imports, replays and publishing for whoever has a token.

Without one there is nothing here.

Each call is logged with its caller, its path and the known names of its parameters, never with a value.
"""

import asyncio
import logging
import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from workbench.access.acting import Acting, AuditOutcome, NotAllowedError, token_holder
from workbench.access.customer_asked_about import customer_asked_about, with_customer
from workbench.access.masked_tables import masked_table, without_personal_columns
from workbench.access.permitted import in_full, require_query
from workbench.access.policy import Act
from workbench.api.answers import NO_STORE, error_answer, media_type_of, not_found, table_answer
from workbench.api.jobs import Job, Jobs
from workbench.api.pace import Pace
from workbench.api.told_reads import ToldReads
from workbench.api.worker import Worker
from workbench.desk import Desk
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.text import bare_id
from workbench.examination import examine_desk, examine_settings
from workbench.people_first import PeopleFirst
from workbench.registry.tables import Choice
from workbench.registry.words import import_sentence, understood_sentence
from workbench.store.engine.catalogue import catalogue, find_query, listed_catalogue
from workbench.web.api_tokens import Doorkeeper, Token

PREFIX = "/api/v1"
MAX_UPLOAD_BYTES = 50 * 2**20
ROUTES: Mapping[str, Act] = {
    "GET queries": Act.SEE_LISTS,
    "GET queries/*/*": Act.SEE_LISTS,
    "GET desk": Act.SEE_LISTS,
    "GET doctor": Act.SEE_LISTS,
    "GET audit": Act.SEE_AUDIT_TRAIL,
    "GET runs/*": Act.SYNC,
    "GET replays/*": Act.REPLAY_EVENTS,
    "GET publishes/*": Act.PUBLISH,
    "POST runs": Act.SYNC,
    "POST imports": Act.IMPORT_ACCOUNTS,
    "POST replays": Act.REPLAY_EVENTS,
    "POST publishes": Act.PUBLISH,
}
"""Everything there is below ``/api/v1``, and what its caller must be allowed to do; a query is asked for as well."""

CALL_THE_API = "call the API"
"""The act of a call in the audit trail; it is about the call's path."""
_EXPIRED = "with an expired token"
_NOT_RECORDED = {"GET queries", "GET desk", "GET runs/*", "GET replays/*", "GET publishes/*"}
"""Routes that tell nothing of a customer: programs ask for the progress of their jobs several times a second."""
MAX_DIGITS = 18

_OF_OPERATING = {"everything", "client_account_id", "file_name", "sheet", "column", "heading", "confirmed", "folder"}
_VALUES = re.compile(r"(/api/[^\s?]*)\?\S*")

log = logging.getLogger(__name__)
FindDesk = Callable[[], Desk | None]


def api_routes(
    find_desk: FindDesk,
    find_doorkeeper: Callable[[], Doorkeeper],
    people: PeopleFirst,
    pace: Pace | None = None,
    told: ToldReads | None = None,
) -> list[BaseRoute]:
    """The routes for the server. Without a desk every call with a token gets 503."""
    _log_calls()
    endpoint = ApiEndpoint(find_desk, find_doorkeeper, people, pace or Pace(), told or ToldReads())
    return [Route("/api", endpoint), Route("/api/{path:path}", endpoint)]


class ApiEndpoint:
    """Answers every path and method below ``/api`` itself: what Starlette does not match, Streamlit would answer."""

    def __init__(
        self,
        find_desk: FindDesk,
        find_doorkeeper: Callable[[], Doorkeeper],
        people: PeopleFirst,
        pace: Pace,
        told: ToldReads,
    ) -> None:
        self._find_desk = find_desk
        self._find_doorkeeper = find_doorkeeper
        self._jobs = Jobs()
        self._pace = pace
        self._told = told
        self._worker = Worker(people)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        began = time.perf_counter()
        caller = self._find_doorkeeper().admit(request.headers.get("authorization"))
        answer = not_found() if caller is None else await self._answer(request, caller)
        if caller is not None:
            names = ",".join(sorted(map(_parameter_for_log, request.query_params))) or "-"
            milliseconds = 1000 * (time.perf_counter() - began)
            path = _path_for_log(request.url.path)
            log.info(
                "%s %s %s %s %d %.0f ms", caller.name, request.method, path, names, answer.status_code, milliseconds
            )
        await answer(scope, receive, send)

    async def _answer(self, request: Request, caller: Token) -> Response:
        wait_seconds = self._pace.wait_seconds(caller.token_id)
        if wait_seconds:
            return JSONResponse(_words("Too many requests."), 429, NO_STORE | {"Retry-After": str(wait_seconds)})
        desk = self._find_desk()
        if desk is None:
            return JSONResponse(_words("The workbench is not open yet."), 503, NO_STORE | {"Retry-After": "5"})
        if caller.has_expired(datetime.now(UTC)):
            return await self._refuse_expired(caller, desk)
        try:
            return await self._route(request, caller, desk)
        except WorkbenchError as error:
            return error_answer(error)
        except ClientDisconnect:
            return JSONResponse(_words("The request was aborted."), 400, NO_STORE)
        except Exception as error:  # noqa: BLE001 -- the server would log its words, which may hold a name
            kind = type(error).__name__
            log.error("unexpected error: %s\n%s", kind, "".join(traceback.format_tb(error.__traceback__)))
            return JSONResponse(_words(f"Something went wrong ({kind})."), 500, NO_STORE)

    async def _refuse_expired(self, caller: Token, desk: Desk) -> Response:
        """Says that the token has expired; the audit trail tells it once a minute."""
        if not self._told.is_told(caller.token_id, _EXPIRED):
            self._told.note(caller.token_id, _EXPIRED)
            acting = desk.acted_by(token_holder(caller)).acting
            await asyncio.to_thread(acting.end, CALL_THE_API, _EXPIRED, AuditOutcome.REFUSED)
        words = f"The token {caller.name} expired on {caller.expires_at:%-d %B %Y} (UTC)."
        error = WorkbenchError(words, title="The token has expired", next_step="Ask an admin for a new one.")
        answer = error_answer(error, 401)
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return answer

    async def _route(self, request: Request, caller: Token, desk: Desk) -> Response:
        parts = request.url.path.removeprefix(PREFIX).strip("/").split("/")
        route = route_of(request.method, parts) if request.url.path.startswith(f"{PREFIX}/") else None
        if route is None:
            return not_found()
        acted = desk.acted_by(token_holder(caller))
        about = await asyncio.to_thread(self._begin, acted, route, request, caller)
        try:
            return await self._answer_route(route, parts, request, caller, desk, acted)
        except NotAllowedError:
            raise
        except BaseException:
            await asyncio.to_thread(acted.acting.end, CALL_THE_API, about, AuditOutcome.FAILED)
            raise

    def _begin(self, desk: Desk, route: str, request: Request, caller: Token) -> str:
        """Asks whether the caller may use the route, and writes the call down; returns what it is about.

        That is its path, after the customer whose rows it asks for. Rows of many that were read a moment ago are not
        written down again. Raises NotAllowedError, StoreError.
        """
        in_full(desk.api_tokens).note_use(caller.token_id)
        desk.acting.require(ROUTES[route])
        name = request.url.path.removeprefix(f"{PREFIX}/queries/")
        customer = customer_asked_about(desk.store, name, request.query_params)
        about = with_customer(customer, _path_for_log(request.url.path))
        is_plain = route == "GET queries/*/*" and name in catalogue() and not _looks_for_customers(name, request)
        if route in _NOT_RECORDED or (is_plain and self._told.is_told(caller.token_id, name)):
            return about
        _record(desk.acting, route, about, caller)
        if is_plain:
            self._told.note(caller.token_id, name)
        return about

    async def _answer_route(
        self, route: str, parts: Sequence[str], request: Request, caller: Token, desk: Desk, acted: Desk
    ) -> Response:
        match route:
            case "GET queries":
                return JSONResponse(listed_catalogue(), 200, NO_STORE)
            case "GET queries/*/*":
                return await self._query(request, acted, "/".join(parts[1:]))
            case "GET desk":
                return await self._name_desk(acted)
            case "GET doctor":
                return await self._examine(desk)
            case "GET audit":
                return await self._check_audit_trail(request, acted)
            case "POST runs":
                return await self._start_sync(request, acted)
            case "POST imports":
                return await self._import(request, acted)
            case "POST replays":
                return await self._replay(request, acted)
            case "POST publishes":
                return self._publish(request, caller, acted)
        return _job_answer(self._jobs.find(parts[1]))

    async def _name_desk(self, desk: Desk) -> Response:
        identity = await self._worker.do(desk.store.identity)
        return JSONResponse({"identity": identity}, 200, NO_STORE)

    async def _query(self, request: Request, desk: Desk, name: str) -> Response:
        media_type = media_type_of(request.headers.get("accept"))
        if media_type is None:
            return JSONResponse(_words("Ask for JSON, CSV or an Arrow stream."), 406, NO_STORE)
        if name not in catalogue() or find_query(name).is_of_an_author:
            return error_answer(InputError(f"There is no query {name}."), 404)
        given = _parameters_of(request)
        require_query(desk.acting, name)
        find_query(name).bind(given)

        def answer() -> Response:
            version = {"X-Data-Version": str(desk.store.data_version), "X-As-Of": f"{time.time():.3f}"}
            rows = masked_table(desk.store.read(name, **given))
            allowed = rows if desk.acting.may(Act.SEE_CONTACT) else without_personal_columns(rows)
            return table_answer(allowed, media_type, version, self._worker)

        return await self._worker.do(answer)

    async def _examine(self, desk: Desk) -> Response:
        found = await asyncio.to_thread(lambda: [examine_settings(desk.settings), *examine_desk(desk)])
        return JSONResponse(
            [{"subject": one.subject, "is_ok": one.is_ok, "words": one.words} for one in found], 200, NO_STORE
        )

    async def _check_audit_trail(self, request: Request, desk: Desk) -> Response:
        since = _parameters_of(request).get("since", "1")
        if not (since.isascii() and since.isdecimal() and len(since) <= MAX_DIGITS):
            raise InputError("since must be the number of a row.")
        found = await asyncio.to_thread(desk.check_audit_trail, int(since))
        words = [finding.words for finding in found.findings]
        return JSONResponse({"holds": found.holds, "sentence": found.sentence, "findings": words}, 200, NO_STORE)

    async def _start_sync(self, request: Request, desk: Desk) -> Response:
        asked = _parameters_of(request)
        everything = asked.get("everything", "false") == "true"
        account = bare_id(asked["client_account_id"]) if "client_account_id" in asked else None
        if account == "":
            raise InputError("client_account_id needs an id.")
        job = await asyncio.to_thread(self._jobs.start_sync, desk, everything=everything, client_account_id=account)
        return _job_answer(job, 202)

    async def _import(self, request: Request, desk: Desk) -> Response:
        asked = _parameters_of(request)
        heading = {"true": True, "false": False}.get(asked.get("heading", ""))
        choice = Choice(asked.get("sheet"), asked.get("column"), heading)
        content = await _body_of(request)

        def look_and_register() -> Response:
            understood = desk.look_at_import(asked.get("file_name", ""), content, choice)
            is_refused = bool(understood.doubts) and asked.get("confirmed") != "true"
            report = None if is_refused else desk.register(understood)
            sentence = understood_sentence(understood) if report is None else import_sentence(report)
            words = {"sentence": sentence, "notes": list(understood.notes), "doubts": list(understood.doubts)}
            return JSONResponse({"is_imported": report is not None, **words}, 200, NO_STORE)

        return await self._worker.do(look_and_register)

    async def _replay(self, request: Request, desk: Desk) -> Response:
        content = await _body_of(request)
        return _job_answer(self._jobs.start_replay(desk, content.splitlines(keepends=True)), 202)

    def _publish(self, request: Request, caller: Token, desk: Desk) -> Response:
        folder = _parameters_of(request).get("folder")
        if folder is not None and not caller.is_local:
            return JSONResponse(
                _words("Only this machine's command line may name a folder to publish to."), 403, NO_STORE
            )
        return _job_answer(self._jobs.start_publish(desk, None if folder is None else Path(folder)), 202)


def _looks_for_customers(name: str, request: Request) -> bool:
    """Whether it asks for certain customers, by id or by name: each such call is a row."""
    return find_query(name).searches_names or any(one.startswith("client_account_id") for one in request.query_params)


def _record(acting: Acting, route: str, about: str, caller: Token) -> None:
    """Writes a call down before it is answered. Raises StoreError.

    What this machine's command line reads, its user can read in the database file: that needs no row.
    """
    if caller.is_local and route.startswith("GET "):
        acting.end(CALL_THE_API, about, AuditOutcome.ALLOWED)
    else:
        acting.trail.record(acting.person, CALL_THE_API, about, AuditOutcome.ALLOWED)


def route_of(method: str, parts: Sequence[str]) -> str | None:
    """The route of a request, if there is one. What is a name or an id in the path is a star."""
    route = f"{method} {'/'.join((parts[0], *('*' for _ in parts[1:])))}"
    return route if route in ROUTES else None


async def _body_of(request: Request) -> bytes:
    """The file that was sent. Raises InputError if it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_UPLOAD_BYTES:
            raise InputError(f"The file is larger than {MAX_UPLOAD_BYTES // 2**20} MB. Nothing of it was used.")
    return bytes(body)


def _parameters_of(request: Request) -> dict[str, str]:
    """Raises InputError if one is given twice."""
    given = dict(request.query_params)
    if len(given) < len(request.query_params.multi_items()):
        raise InputError("A parameter was given twice.")
    return given


def _job_answer(job: Job | None, status: int = 200) -> Response:
    return not_found() if job is None else JSONResponse(job.as_json(), status, NO_STORE)


def _words(message: str) -> dict[str, object]:
    return {"error": {"kind": "WorkbenchError", "title": "", "message": message, "next_step": ""}}


def _log_calls() -> None:
    """Calls are lines of the process's log. Where nobody set one up, Python would show warnings alone."""
    logging.getLogger("uvicorn.access").addFilter(_hide_values)
    log.setLevel(logging.INFO)
    if not log.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)


def _hide_values(record: logging.LogRecord) -> bool:
    """Removes the values of a call from uvicorn's access log: a term is a name as often as not."""
    if isinstance(record.args, tuple):
        record.args = tuple(_VALUES.sub(r"\1?…", value) if isinstance(value, str) else value for value in record.args)
    return True


def _parameter_for_log(name: str) -> str:
    """A parameter that there is; any other may be part of a value, as of ``term=Smith & Co``."""
    is_known = name in _OF_OPERATING or any(name in query.defaults for query in catalogue().values())
    return name if is_known else "…"


def _path_for_log(path: str) -> str:
    """A path of ours as it is; of any other only that it is one, as somebody may have put a name there."""
    name = path.removeprefix(f"{PREFIX}/queries/")
    known = {f"{PREFIX}/{route.split()[1].partition('/')[0]}" for route in ROUTES}
    if path in known or name in catalogue():
        return path
    kind = next((one for one in known if path.startswith(f"{one}/")), "/api")
    return f"{kind}/…"
