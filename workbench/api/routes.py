"""``/api/v1``: the catalogue, syncs, imports, replays and publishing for whoever has a token.

Without one there is nothing here.

Each call is logged with its caller, its path and the known names of its parameters, never with a value.
"""

import asyncio
import logging
import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from workbench.access.masked_tables import masked_table, without_personal_columns
from workbench.api.answers import NO_STORE, error_answer, media_type_of, not_found, table_answer
from workbench.api.jobs import Job, Jobs
from workbench.api.pace import Pace
from workbench.api.worker import Worker
from workbench.desk import Desk
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.text import bare_id
from workbench.examination import examine_desk, examine_settings
from workbench.people_first import PeopleFirst
from workbench.registry.tables import Choice
from workbench.registry.words import import_sentence, understood_sentence
from workbench.store.engine.catalogue import catalogue, find_query, listed_catalogue
from workbench.web import api_tokens as tokens
from workbench.web.api_tokens import Doorkeeper, Token

PREFIX = "/api/v1"
MAX_UPLOAD_BYTES = 50 * 2**20
_OF_OPERATING = {"everything", "client_account_id", "file_name", "sheet", "column", "heading", "confirmed", "folder"}
_VALUES = re.compile(r"(/api/[^\s?]*)\?\S*")

log = logging.getLogger(__name__)
FindDesk = Callable[[], Desk | None]


def api_routes(
    find_desk: FindDesk, find_doorkeeper: Callable[[], Doorkeeper], people: PeopleFirst, pace: Pace | None = None
) -> list[BaseRoute]:
    """The routes for the server. Without a desk every call with a token gets 503."""
    _log_calls()
    endpoint = ApiEndpoint(find_desk, find_doorkeeper, people, pace or Pace())
    return [Route("/api", endpoint), Route("/api/{path:path}", endpoint)]


class ApiEndpoint:
    """Answers every path and method below ``/api`` itself: what Starlette does not match, Streamlit would answer."""

    def __init__(
        self, find_desk: FindDesk, find_doorkeeper: Callable[[], Doorkeeper], people: PeopleFirst, pace: Pace
    ) -> None:
        self._find_desk = find_desk
        self._find_doorkeeper = find_doorkeeper
        self._jobs = Jobs()
        self._pace = pace
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
        wait_seconds = self._pace.wait_seconds(caller.name)
        if wait_seconds:
            return JSONResponse(_words("Too many requests."), 429, NO_STORE | {"Retry-After": str(wait_seconds)})
        desk = self._find_desk()
        if desk is None:
            return JSONResponse(_words("The workbench is not open yet."), 503, NO_STORE | {"Retry-After": "5"})
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

    async def _route(self, request: Request, caller: Token, desk: Desk) -> Response:
        parts = tuple(request.url.path.removeprefix(PREFIX).strip("/").split("/"))
        is_ours = request.url.path.startswith(f"{PREFIX}/")
        match (request.method if is_ours else "", parts):
            case "GET", ("queries",):
                return self._guarded(caller, tokens.Scope.READ) or JSONResponse(listed_catalogue(), 200, NO_STORE)
            case "GET", ("desk",):
                return self._guarded(caller, tokens.Scope.READ) or await self._name_desk(desk)
            case "GET", ("queries", topic, question):
                return self._guarded(caller, tokens.Scope.READ) or await self._query(
                    request, caller, desk, f"{topic}/{question}"
                )
            case "GET", ("doctor",):
                return self._guarded(caller, tokens.Scope.READ) or await self._examine(desk)
            case "GET", ("runs" | "replays" | "publishes", job_id):
                return self._guarded(caller, tokens.Scope.OPERATE) or _job_answer(self._jobs.find(job_id))
            case "POST", ("runs",):
                return self._guarded(caller, tokens.Scope.OPERATE) or await self._start_sync(request, desk)
            case "POST", ("imports",):
                return self._guarded(caller, tokens.Scope.OPERATE) or await self._import(request, desk)
            case "POST", ("replays",):
                return self._guarded(caller, tokens.Scope.OPERATE) or await self._replay(request, desk)
            case "POST", ("publishes",):
                return self._guarded(caller, tokens.Scope.OPERATE) or self._publish(request, caller, desk)
        return not_found()

    def _guarded(self, caller: Token, scope: tokens.Scope) -> Response | None:
        return None if scope in caller.scopes else _lacks(scope)

    async def _name_desk(self, desk: Desk) -> Response:
        identity = await self._worker.do(desk.store.identity)
        return JSONResponse({"identity": identity}, 200, NO_STORE)

    async def _query(self, request: Request, caller: Token, desk: Desk, name: str) -> Response:
        media_type = media_type_of(request.headers.get("accept"))
        if media_type is None:
            return JSONResponse(_words("Ask for JSON, CSV or an Arrow stream."), 406, NO_STORE)
        if name not in catalogue() or find_query(name).is_of_an_author:
            return error_answer(InputError(f"There is no query {name}."), 404)
        query, given = find_query(name), _parameters_of(request)
        if query.searches_names and tokens.Scope.PERSONAL not in caller.scopes:
            return _lacks(tokens.Scope.PERSONAL)
        query.bind(given)

        def answer() -> Response:
            version = {"X-Data-Version": str(desk.store.data_version), "X-As-Of": f"{time.time():.3f}"}
            rows = masked_table(desk.store.read(name, **given))
            allowed = rows if tokens.Scope.PERSONAL in caller.scopes else without_personal_columns(rows)
            return table_answer(allowed, media_type, version, self._worker)

        return await self._worker.do(answer)

    async def _examine(self, desk: Desk) -> Response:
        found = await asyncio.to_thread(lambda: [examine_settings(desk.settings), *examine_desk(desk)])
        return JSONResponse(
            [{"subject": one.subject, "is_ok": one.is_ok, "words": one.words} for one in found], 200, NO_STORE
        )

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


def _lacks(scope: tokens.Scope) -> Response:
    return JSONResponse(_words(f"This token may not do this: it has no scope {scope.value}."), 403, NO_STORE)


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
    known = {f"{PREFIX}/{one}" for one in ("queries", "doctor", "runs", "imports", "replays", "publishes")}
    if path in known or name in catalogue():
        return path
    kind = next((one for one in known if path.startswith(f"{one}/")), "/api")
    return f"{kind}/…"
