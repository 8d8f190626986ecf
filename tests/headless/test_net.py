"""What every backend over HTTP has from the engine: pages at once, retries, words, no secrets."""

import os
import pathlib
import signal
import subprocess
import sys
import time

from support import DOSSIER, Headless

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import HERE, Running  # noqa: E402

TOKEN = "spotler-test-token"
LIST = {"method": "GET", "path": "/accounts"}


class Net(Headless):
    OPTIONS, TLS = (), False

    def setUp(self):
        super().setUp()
        self.server = Running("spotler_server.py", *self.OPTIONS, tls=self.TLS)
        self.addCleanup(self.server.stop)
        self.environment["CRM_TOKEN"] = TOKEN
        self.profile()

    def profile(self, **settings):
        settings = {"url": self.server.url, "token_env": "CRM_TOKEN", **settings}
        self.configure("default = crm\n[profile crm]\nbackend = spotler\n" +
                       "".join(f"{name} = {value}\n" for name, value in settings.items()))

    def lists(self):
        return [entry for entry in self.server.log() if entry["target"].startswith("/accounts?")]

    def ids(self, *arguments):
        return [row["id"] for row in self.json("query", "accounts", *arguments, "--columns", "id")]


class Pages(Net):
    OPTIONS = ("--accounts", "1050")

    def test_several_at_once_and_in_order(self):
        self.server.fault(delay_ms=30)
        ids = self.ids()
        self.assertEqual(ids, sorted(set(ids)))
        self.assertEqual((len(ids), len(self.lists())), (1050, 11))
        self.assertEqual(self.server.stats()["most_in_flight"], 4)

    def test_pages_that_are_filtered_here_are_read_ahead(self):
        self.server.fault(delay_ms=30)
        wanted = [number for number in self.ids() if "5" in str(number)]
        for arguments in (("id like '%5%'",), ("name like '%' and id like '%5%'",)):
            self.server.forget()
            self.assertEqual(self.ids(*arguments), wanted)
            asked = [entry["target"] for entry in self.lists()]
            self.assertEqual((len(asked), len(set(asked))), (11, 11))
            self.assertEqual(self.server.stats()["most_in_flight"], 4)
        self.server.forget()
        self.assertEqual(self.run_ok("query", "accounts", "id like '%5%'", "--count"),
                         f"{len(wanted)}\n")
        self.assertEqual(self.server.stats()["most_in_flight"], 4)
        self.server.forget()
        self.assertEqual(len(self.ids("name like '%' limit 50")), 50)
        self.assertEqual(len(self.lists()), 1)
        self.server.forget()
        self.profile(parallel=1)
        self.assertEqual(self.ids("id like '%5%'"), wanted)
        self.assertEqual((len(self.lists()), self.server.stats()["most_in_flight"]), (11, 1))

    def test_a_describe_asks_for_its_lists_together(self):
        self.server.fault(path="/lookup/", delay_ms=60)
        fields = {field["name"]: field for field in self.json("describe", "accounts")["fields"]}
        values = [value["value"] for value in fields["type"]["picklist"]]
        self.assertGreater(self.server.stats()["most_in_flight"], 1)
        asked = [entry["target"] for entry in self.server.log() if "/lookup/" in entry["target"]]
        self.assertGreater(len(asked), 2)
        self.assertEqual(len(set(asked)), len(asked))
        self.profile(parallel=1)
        self.server.forget()
        alone = {field["name"]: field for field in self.json("describe", "accounts")["fields"]}
        self.assertEqual(alone, fields)
        self.assertTrue(values)
        self.assertEqual(self.server.stats()["most_in_flight"], 1)

    def test_parallel_one(self):
        self.profile(parallel=1)
        self.server.fault(delay_ms=5)
        self.assertEqual(len(self.ids()), 1050)
        self.assertEqual(self.server.stats()["most_in_flight"], 1)

    def test_a_limit_asks_for_no_more(self):
        self.assertEqual(len(self.ids("limit 250")), 250)
        self.assertEqual(len(self.lists()), 3)
        self.server.forget()
        self.assertEqual(len(self.ids("limit 3")), 3)
        self.assertIn("limit=3&", self.lists()[0]["target"])

    def test_a_page_that_fails_ends_the_list_with_its_words(self):
        self.server.fault({**LIST, "skip": 5, "status": 500})
        answer = self.run_it("query", "accounts", "--columns", "id", "--format", "ndjson")
        self.assertEqual(answer.status, 10, answer)
        self.assertEqual(len(answer.out.splitlines()) % 100, 0)


class OtherBase(Net):
    OPTIONS = ("--accounts", "350", "--page-base", "0")

    def test_the_switch(self):
        self.profile(page_base=0)
        ids = self.ids()
        self.assertEqual((len(ids), len(set(ids))), (350, 350))


class Manners(Net):
    OPTIONS = ("--accounts", "20")

    def test_a_busy_server_is_asked_again(self):
        self.server.fault({**LIST, "status": 429, "retry_after": 0, "times": 2})
        self.assertEqual(len(self.ids()), 20)
        self.assertEqual(len(self.lists()), 3)

    def test_a_server_that_stays_busy(self):
        self.server.fault({**LIST, "status": 429, "retry_after": 7200})
        self.run_bad(8, "query", "accounts")
        self.assertEqual(len(self.lists()), 1)

    def test_a_lost_write_is_read_back_and_sent_once(self):
        number = self.ids("limit 1")[0]
        self.server.forget()
        self.server.fault(method="PATCH", cut=0)
        answer = self.run_it("update", "accounts", number, "name=New name")
        self.assertEqual((answer.status, answer.out), (0, ""), answer)
        self.assertIn("was read back and holds what was sent", answer.err)
        self.server.fault({"method": "PATCH", "drop": True},
                          {"method": "GET", "path": f"/accounts/{number}", "status": 500})
        answer = self.run_it("update", "accounts", number, "name=Another name")
        self.assertEqual(answer.status, 7, answer)
        self.assertIn("unknown whether it was done", answer.err)
        self.assertEqual([entry["method"] for entry in self.server.log()].count("PATCH"), 2)

    def test_a_stalled_server_and_an_interrupt(self):
        self.server.fault({**LIST, "stall": 30})
        run = subprocess.Popen([DOSSIER, "query", "accounts"], cwd=self.home, env=self.environment,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while not self.lists():
            time.sleep(0.01)
        before = time.monotonic()
        run.send_signal(signal.SIGINT)
        run.communicate()
        self.assertEqual(run.returncode, 130)
        self.assertLess(time.monotonic() - before, 10)

    def sleeping_command(self, **settings):
        """A token_command that never ends by itself; it writes its process number first."""
        script = self.home / "slow-token"
        script.write_text(f"#!/bin/sh\necho $$ > {self.home}/number\nexec sleep 600\n",
                          encoding="utf-8")
        script.chmod(0o700)
        self.configure("default = crm\n[profile crm]\nbackend = spotler\n"
                       f"url = {self.server.url}\ntoken_command = {script}\n" +
                       "".join(f"{name} = {value}\n" for name, value in settings.items()))
        return self.home / "number"

    def assert_gone(self, number):
        with self.assertRaises(ProcessLookupError):
            os.kill(int(number.read_text()), 0)

    def test_a_command_for_the_token_that_does_not_end(self):
        number = self.sleeping_command(timeout=1)
        started = time.monotonic()
        self.run_bad(7, "query", "accounts", says=("token_command", "within 1 second"))
        self.assertLess(time.monotonic() - started, 10)
        self.assert_gone(number)

    def test_an_interrupt_while_the_command_for_the_token_runs(self):
        number = self.sleeping_command()
        process = subprocess.Popen([DOSSIER, "query", "accounts"], cwd=self.home,
                                   env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 20
        while not (number.exists() and number.read_text().endswith("\n")):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(process.returncode, 130)
        self.assert_gone(number)

    def test_nobody_there(self):
        self.server.stop()
        self.run_bad(7, "query", "accounts", says=("could not be connected to", "127.0.0.1"))
        self.server = Running("spotler_server.py")
        self.addCleanup(self.server.stop)

    def test_plain_http_elsewhere_is_refused(self):
        self.profile(url="http://crm.invalid")
        self.run_bad(2, "query", "accounts", says=("plain http", "insecure"))

    def test_the_log_of_exchanges_has_no_secret(self):
        answer = self.run_it("query", "accounts", "-v", "--limit", "1")
        self.assertIn("/accounts?limit=1", answer.err)
        self.assertIn(" · 200 · ", answer.err)
        self.assertNotIn(TOKEN, answer.err + answer.out)

    def test_bodies_that_are_not_to_be_believed(self):
        for fault in ({"deep": 5000}, {"garbage": True}, {"truncate": 40}):
            with self.subTest(fault=fault):
                self.server.fault({**LIST, **fault})
                self.run_bad(10, "query", "accounts", says="JSON")


class Certificates(Net):
    OPTIONS, TLS = ("--accounts", "5"), True

    def test_unknown_authority_and_ca_file(self):
        self.run_bad(7, "query", "accounts", says=("certificate", "ca_file"))
        self.profile(insecure="yes")
        self.run_bad(7, "query", "accounts", says="certificate")
        self.assertEqual(self.server.log(), [])
        self.profile(ca_file=os.fspath(HERE / "loopback.pem"))
        self.assertEqual(len(self.ids()), 5)
