"""The Force.com SOAP partner API, as its WSDL and the recorded replies describe it.

POST /services/Soap/u/VERSION and, with the organisation's id behind it, what login's serverUrl
says. The path without the id stands for the login host: a session that login made is told to use
its serverUrl there; the ready one of --session is taken at both. Strict about what clients send:
HTTP, XML, namespaces, headers and the order of elements (soap_xml), then each call's own rules
(soap_calls). /__fault takes SOAP's own faults by "status": 401 is a dead session.
"""

import re
import sys
import urllib.parse

from common import Answer, Refusal, Service, main
from salesforce_store import SalesforceError
from soap_calls import KINDS, OF_QUERIES, Calls, Context
from soap_store import ORGANIZATION, FullStore
from soap_xml import (FAULT, NEWEST, OLDEST, PARTNER, SOAP, SOBJECT, STYLES, XSI, ClientError, NotWellFormed, Out,
                      check_envelope, check_exact, qualify, read, write)

LAST_WITH_LOGIN = 64
MOST_LOGIN_BYTES = 10 * 1024
KIND = "text/xml; charset=utf-8"
DEAD = ("Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing "
        "session hash: dossier-test\nThis error usually occurs after a session expires or a user "
        "logs out. Decoder: DataInDbSessionKeyDecoder")
NOT_RESET = ("Destination URL not reset. The URL returned from login must be set in the "
             "SforceService")
BY_STATUS = {401: ("INVALID_SESSION_ID", DEAD), 403: ("INSUFFICIENT_ACCESS", "insufficient access"),
             429: ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
             503: ("SERVER_UNAVAILABLE", "server temporarily unavailable")}


class ForceSoap(Service):
    takes_gzip = True

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--user", default="user0@example.com")
        parser.add_argument("--password", default="force-pass-1")
        parser.add_argument("--token", default="TOKEN4711", help="the security token; may be empty")
        parser.add_argument("--session", default="00D7S0000000001!ready.session.4711",
                            help="a session that needs no login")
        parser.add_argument("--rows", type=int, default=80, help="contacts and opportunities")
        parser.add_argument("--batch", type=int, default=0, help="rows of a page at most")
        parser.add_argument("--session-calls", type=int, default=0,
                            help="a session that login made dies after so many calls")
        parser.add_argument("--exact", action="store_true", help="refuses ids of 15 characters and "
                            "records without Id, as the schema does and the service does not")
        parser.add_argument("--no-login", action="store_true", help="login is switched off")
        parser.add_argument("--password-expired", action="store_true",
                            help="login says so, until setPassword")
        parser.add_argument("--api-calls", type=int, default=15000,
                            help="REQUEST_LIMIT_EXCEEDED after so many calls")
        parser.add_argument("--prefix", choices=tuple(STYLES), default="default",
                            help="how replies spell namespaces")
        parser.add_argument("--chunked", action="store_true", help="replies in chunks")

    def __init__(self, options):
        super().__init__(options)
        sys.setrecursionlimit(10000)  # for filters nested deeply
        self.calls = Calls(FullStore(options.rows, options.user), options)
        self.calls.open_session(options.session, ready=True)
        self.used = 0

    # --- answers ---

    def reply(self, status, header, body):
        answer = Answer(status, write(header, body, self.options.prefix), KIND)
        answer.chunked = self.options.chunked
        return answer

    def fault(self, code, message, kind=None, row=None, column=None, bare=False, status=500):
        """A fault of the API, whose detail is missing without a kind."""
        style = STYLES[self.options.prefix]
        content = [Out("faultcode", code if bare else qualify(style[FAULT], code), ""),
                   Out("faultstring", f"{code}: {message}", "")]
        if kind is not None:
            parts = [Out("exceptionCode", code, FAULT), Out("exceptionMessage", message, FAULT)]
            if row is not None:
                parts += [Out("row", str(row), FAULT), Out("column", str(column), FAULT)]
            content.append(Out("detail", [Out(kind, parts, FAULT, (FAULT, kind))], ""))
        return self.reply(status, None, Out("Fault", content, SOAP))

    def client_fault(self, code, message):
        """A fault of SOAP itself."""
        local = code.partition(":")[2]
        return self.reply(500, None, Out("Fault", [
            Out("faultcode", qualify(STYLES[self.options.prefix][SOAP], local), ""),
            Out("faultstring", message, "")], SOAP))

    def error_fault(self, error, at_login):
        kind = KINDS.get(error.code, "UnexpectedErrorFault")
        row, column = error.row, error.column
        if kind in OF_QUERIES and row is None:
            row = column = -1
        return self.fault(error.code, error.message, kind, row, column, bare=at_login)

    def fault_answer(self, status):
        code, message = BY_STATUS.get(status, ("UNKNOWN_EXCEPTION", f"fault {status}"))
        return self.fault(code, message, "UnexpectedErrorFault",
                          status=500 if status == 401 else status)

    def deep_body(self, levels):
        return (f'<e:Envelope xmlns:e="{SOAP}"><e:Body>' + "<a>" * levels + "</a>" * levels +
                "</e:Body></e:Envelope>").encode()

    def huge_body(self, size):
        head = (f'<e:Envelope xmlns:e="{SOAP}" xmlns="{PARTNER}" xmlns:s="{SOBJECT}" '
                f'xmlns:i="{XSI}"><e:Body><queryResponse><result><done>true</done>'
                '<queryLocator i:nil="true"/><records><s:type>Account</s:type><s:Id i:nil="true"/>'
                "<s:Name>").encode()
        tail = (b"</s:Name></records><size>1</size></result></queryResponse></e:Body>"
                b"</e:Envelope>")
        return head + b"x" * max(1, size - len(head) - len(tail)) + tail

    # --- the way in ---

    def answer(self, request):
        found = re.fullmatch(r"/services/Soap/u/(\d+\.\d)(?:/(\w+))?/?", request.raw_path)
        if not found:
            return Answer(404, "<html><body>File not found</body></html>", "text/html")
        if request.method != "POST":
            return Answer(405, "", "text/html", [("Allow", "POST")])
        if request.content_type != "text/xml":
            return Answer(415, "Unsupported content type", "text/plain")
        at_login = found[2] is None
        with self.lock:
            try:
                return self.call(request, found[1], found[2])
            except ClientError as error:
                return self.client_fault(error.code, error.message)
            except NotWellFormed as error:
                return self.fault("UNKNOWN_EXCEPTION", str(error), "UnexpectedErrorFault",
                                  bare=at_login)
            except SalesforceError as error:
                return self.error_fault(error, at_login)

    def check_version(self, version):
        number = float(version)
        if number < OLDEST:
            raise SalesforceError("UNSUPPORTED_API_VERSION", f"API version {version} is retired")
        if number > NEWEST or not version.endswith(".0"):
            raise SalesforceError("UNSUPPORTED_API_VERSION",
                                  f"Invalid Api version specified on URL: {version}")

    def call(self, request, version, organization):
        if request.headers.get("SOAPAction") is None:
            raise ClientError("SOAPAction HTTP header missing")
        self.check_version(version)
        root = read(request.body)
        name, asked, headers = check_envelope(root, float(version))
        if self.options.exact:
            check_exact(root)
        if organization is not None and organization[:15] != ORGANIZATION[:15]:
            raise SalesforceError("UNKNOWN_EXCEPTION", NOT_RESET)
        host = urllib.parse.urlsplit(f"//{request.headers.get('Host', '127.0.0.1')}").netloc
        scheme = "https" if getattr(self.options, "tls", False) else "http"
        context = Context(None, headers, f"{scheme}://{host}", version)
        if name == "login":
            self.check_login(request, version)
            return self.answered(name, self.calls.login(asked, context), None)
        context.session = self.session(name, headers, organization)
        self.used += 1
        if self.used > self.options.api_calls:
            raise SalesforceError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        content = getattr(self.calls, name)(asked, context)
        return self.answered(name, content, [Out("LimitInfoHeader", [Out("limitInfo", [
            Out("current", str(self.used)), Out("limit", str(self.options.api_calls)),
            Out("type", "API REQUESTS")])])])

    def answered(self, name, content, header):
        return self.reply(200, header, Out(f"{name}Response", content))

    def check_login(self, request, version):
        if float(version) > LAST_WITH_LOGIN:
            raise ClientError(f"No operation available for request {{{PARTNER}}}login")
        if len(request.body) > MOST_LOGIN_BYTES:
            raise SalesforceError("EXCEEDED_MAX_SIZE_REQUEST", "login requests are limited to "
                                  "10 KB")

    def session(self, name, headers, organization):
        """The session of a request. What is wrong with it is a fault."""
        asked = headers.get("SessionHeader")
        session = self.calls.sessions.get(asked["sessionId"]) if asked else None
        if session is None:
            raise Refusal(self.fault("INVALID_SESSION_ID", DEAD, bare=organization is None))
        session.calls += 1
        if not session.ready and 0 < self.options.session_calls < session.calls:
            del self.calls.sessions[session.id]
            raise Refusal(self.fault("INVALID_SESSION_ID", DEAD, "UnexpectedErrorFault"))
        if organization is None and not session.ready:
            raise SalesforceError("UNKNOWN_EXCEPTION", NOT_RESET)
        if session.expired and name not in ("setPassword", "logout"):
            raise SalesforceError("INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "The users password "
                                  "has expired, you must call SetPassword before attempting any "
                                  "other API operations")
        return session


SERVICE = ForceSoap

if __name__ == "__main__":
    main(SERVICE)
