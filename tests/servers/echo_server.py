"""Says back what it was sent, for tests of the client alone.

GET /bytes/N gives N letters, /status/N that status, /headers/N so many headers, /to?url=… a
redirect; anything else gives the request as JSON.
"""

from common import Answer, Service, main


class Echo(Service):
    def answer(self, request):
        first = request.segments[0]
        if first == "bytes":
            return Answer(body=b"x" * int(request.segments[1]), kind="text/plain")
        if first == "status":
            return Answer(int(request.segments[1]), body=b"as asked", kind="text/plain")
        if first == "headers":
            return Answer(headers=[(f"X-{i}", "y" * 90) for i in range(int(request.segments[1]))])
        if first == "to":
            return Answer(int(request.query.get("status", "302")),
                          headers=[("Location", request.query["url"])])
        return Answer.json({"method": request.method, "target": request.target,
                            "headers": dict(request.headers.items()),
                            "body": request.body.decode("utf-8", "backslashreplace")})


SERVICE = Echo

if __name__ == "__main__":
    main(SERVICE)
