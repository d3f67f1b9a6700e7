"""freqtrade's own REST client, freqtrade-client, told what to call, a line of JSON each: [method, [client, arguments]]. The first line
names the clients: where the server of each is, and as whom it asks. An answer is what the client returns, with what it does not tell:
the status, and headers."""

import json
import sys

from freqtrade_client import FtRestClient

TOLD_HEADERS = ("allow", "www-authenticate")


class Client:
    """What can be called of a client."""

    def __init__(self, url, username, password):
        self.client = FtRestClient(url, username, password)
        self.responses = []
        self.client._session.hooks["response"].append(lambda response, **_: self.responses.append(response))
        self.send = self.client._session.send
        self.client._session.send = self._send
        self.failure = None

    def _send(self, *arguments, **options):
        """Keeps what goes wrong with a connection: the client logs it, and returns nothing."""
        try:
            return self.send(*arguments, **options)
        except Exception as error:
            self.failure = error
            raise

    def call(self, name, *arguments):
        """One of the client's own methods."""
        return self._told(lambda: getattr(self.client, name)(*arguments))

    def request(self, method, path, bearer=None):
        """A path for which the client has no method, in the way of its methods; with a token in the password's place if there is one."""
        session = self.client._session
        password = session.auth
        if bearer is not None:
            session.auth = None
            session.headers["Authorization"] = f"Bearer {bearer}"
        try:
            return self._told(lambda: self.client._call(method, path))
        finally:
            session.auth = password
            session.headers.pop("Authorization", None)

    def _told(self, ask):
        self.responses.clear()
        self.failure = None
        body = ask()
        if self.failure is not None:
            raise self.failure
        [response] = self.responses
        headers = {name: response.headers[name] for name in TOLD_HEADERS if name in response.headers}
        return {"status": response.status_code, "headers": headers, "body": body}


class Calls:
    """What can be called."""

    def __init__(self, clients):
        self.clients = {name: Client(**settings) for name, settings in clients.items()}

    def call(self, client, name, *arguments):
        """One of the client's own methods."""
        return self.clients[client].call(name, *arguments)

    def request(self, client, *arguments):
        """A path, with a method and maybe a token."""
        return self.clients[client].request(*arguments)


def main():
    calls = Calls(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        method, arguments = json.loads(line)
        try:
            answer = {"result": getattr(calls, method)(*arguments)}
        except Exception as error:  # what went wrong is an answer too
            answer = {"error": [each.__name__ for each in type(error).__mro__], "message": str(error)}
        print(json.dumps(answer), flush=True)


main()
