"""What goes wrong on the way: each fault gives its exit status and a sentence, a lost write is not
sent twice, an interrupt is prompt, and the secret stays where it belongs."""

import os
import signal
import subprocess
import time

from common import Running
from evaluate import quoted_name
from scenario import Scenario, for_each_backend

PROMPT = 3  # seconds: far below what the server would take


class Failures(Scenario):
    def read(self, *more):
        return ("query", self.backend.object, *more)

    def write(self):
        return ("update", self.backend.object, self.identity(), f"{self.backend.number}=5")

    def identity(self):
        if not hasattr(type(self), "some_id"):
            type(self).some_id = next(iter(self.backend.stored(self.backend.object)))
            self.backend.server.forget()
        return self.some_id

    def fault(self, *rows, **row):
        self.backend.server.fault(*rows, **row)

    def write_faults(self, **row):
        """Faults that hit writes alone, however they are sent."""
        return [{"path": path, "method": method, "contains": words, **row}
                for method, path in self.backend.write_targets
                for words in self.backend.write_words or ("",)]

    def fault_writes(self, **row):
        self.fault(*self.write_faults(**row))

    # --- reading ---

    def test_a_delay_is_waited_for(self):
        self.fault(delay_ms=150, times=3)
        self.assertTrue(self.run_ok(*self.read()))

    def test_an_answer_that_breaks_off_is_asked_for_again(self):
        whole = self.run_ok(*self.read())
        for fault in ({"cut": 200}, {"drop": True}, {"status": 503},
                      {"status": 503, "retry_after": 0}, {"status": 429, "retry_after": 0}):
            with self.subTest(fault=fault):
                self.fault(**fault, skip=1, times=1)
                self.assertEqual(self.run_ok(*self.read()), whole)

    def test_what_does_not_pass(self):
        for fault, status in (({"status": 429, "retry_after": 0}, 8),
                              ({"status": 503, "retry_after": 0}, 10), ({"status": 500}, 10),
                              ({"status": 401}, 3), ({"cut": 90}, 7),
                              ({"status": 429, "retry_after": 3600}, 8)):
            with self.subTest(fault=fault):
                self.fault(**fault)
                self.run_bad(status, *self.read())

    def test_what_is_no_answer(self):
        for fault in ({"garbage": True}, {"truncate": 60}, {"deep": 100000},
                      {"huge": 2_000_000}):
            with self.subTest(fault=fault):
                self.fault(**fault)
                self.run_bad(10, *self.read())

    def test_what_is_no_answer_within_a_list(self):
        for fault in ({"garbage": True}, {"truncate": 90}, {"status": 500}):
            with self.subTest(fault=fault):
                self.fault(**fault, skip=3)
                self.run_it(*self.read())  # the whole set may have been read before
                self.fault(**fault, skip=1)
                answer = self.run_it(*self.read())
                self.assertIn(answer.status, (0, 10), answer)

    def test_a_server_that_stalls(self):
        self.fault(stall=8)
        started = time.monotonic()
        answer = self.run_bad(7, *self.read("--set", "p.timeout=1"))
        self.assertLess(time.monotonic() - started, 1 + PROMPT, answer)
        self.assertIn("1 second", answer.err)

    def test_no_server(self):
        with Running("echo_server.py") as gone:
            url = gone.url
        self.run_bad(7, *self.read("--set", f"p.url={url}"))

    def test_plain_http_to_another_host_is_refused(self):
        self.run_bad((2, 3), *self.read("--set", "p.url=http://crm.example.com"),
                     says="http")

    def test_a_redirect_to_another_host_takes_no_secret_along(self):
        write = self.write()
        with Running("echo_server.py") as other:
            self.fault(redirect=f"{other.url}/elsewhere")
            self.run_bad((3, 10), *self.read())
            self.run_bad((3, 5, 7, 10), *write)
            for entry in other.log():
                self.assertNotIn(self.backend.secret, str(entry))
                self.assertNotIn("Authorization", entry["headers"])
                self.assertEqual(entry["method"], "GET")

    # --- writing ---

    def number(self):
        return self.backend.stored(self.backend.object)[self.identity()].get(self.backend.number)

    def change_number(self, exits, *more, done=True, **fault):
        """An update of the number to another one, with a fault: sent once, and done or not."""
        was = self.number()
        wanted = 8 if was == 7 else 7
        self.fault_writes(**fault)
        self.backend.server.forget()
        answer = self.run_it("update", self.backend.object, self.identity(),
                             f"{self.backend.number}={wanted}", *more)
        self.assertEqual(len(self.backend.writes()), 1, answer)
        self.assertIn(answer.status, (exits,) if isinstance(exits, int) else exits, answer)
        self.fault()
        self.assertEqual(self.number(), wanted if done else was, answer)
        return answer

    def test_a_write_whose_answer_was_lost_is_read_back(self):
        self.identity()
        for fault in ({"cut": 0}, {"cut": 60}, {"garbage": True}, {"truncate": 5}):
            with self.subTest(fault=fault):
                answer = self.change_number(0, **fault)
                self.assertIn("answer to the update was lost", answer.err)
                self.assertIn("read back and holds what was sent", answer.err)
                self.assertEqual(answer.out, "")

    def test_a_write_that_stalls_is_read_back(self):
        answer = self.change_number(0, "--set", "p.timeout=1", stall=4)
        self.assertIn("read back and holds what was sent", answer.err)

    def test_a_write_that_never_arrived_was_not_done(self):
        self.run_ok(*self.write())
        for fault, status in (({"drop": True}, 7), ({"status": 504}, (7, 10)),
                              ({"status": 502}, (7, 10))):
            with self.subTest(fault=fault):
                answer = self.change_number(status, done=False, **fault)
                self.assertIn("was not done", answer.err)
                self.assertIn(self.backend.number, answer.err)
                self.assertNotRegex(answer.err, "(?i)unknown whether|not known whether")
                self.assert_sentence(answer)

    def test_what_cannot_be_read_back_is_unknown(self):
        """Reads fail too, from the write on."""
        arguments, reading = self.write(), self.backend.reading
        self.run_ok(*arguments)
        before = [entry for entry in self.backend.requests()
                  if entry["method"] == reading["method"] and
                  entry["target"].startswith(reading.get("path", "")) and
                  reading.get("contains", "") in entry["body"]]
        for fault in ({"cut": 0}, {"garbage": True}, {"status": 504}):
            with self.subTest(fault=fault):
                self.fault(*self.write_faults(**fault),
                           {**reading, "skip": len(before), "status": 500})
                self.backend.server.forget()
                answer = self.run_bad(7, *arguments)
                self.assertRegex(answer.err, "(?i)unknown whether|not known whether")
                self.assertIn("could not be read back", answer.err)
                self.assertEqual(len(self.backend.writes()), 1)

    def test_a_delete_whose_answer_was_lost(self):
        self.need("delete")
        gone, kept = self.backend.deleted_words
        for fault, status, words in (({"cut": 0}, 0, gone), ({"drop": True}, 7, kept)):
            with self.subTest(fault=fault):
                identity = self.new("Lost delete")
                self.fault({**self.backend.deleting, **fault})
                self.backend.server.forget()
                answer = self.run_it("delete", self.backend.object, identity)
                self.assertEqual(answer.status, status, answer)
                self.assertIn(words, answer.err)
                self.assertEqual(len(self.backend.writes()), 1)
                self.fault()
                self.assertEqual(identity in self.backend.stored(self.backend.object),
                                 status != 0)

    def test_a_create_whose_answer_was_lost(self):
        """Nothing tells the new record from others but a field whose values are unique."""
        self.need("create")
        text = self.backend.texts[0]
        arguments = ("create", self.backend.object, *self.backend.extra, f"{text}=Lost create")
        self.fault_writes(cut=0)
        answer = self.run_it(*arguments)
        self.assertEqual(len(self.backend.writes()), 1)
        self.fault()
        rows = [row for row in self.backend.stored(self.backend.object).values()
                if row[text] == "Lost create"]
        self.assertEqual(len(rows), 1)
        if self.backend.extra:  # its id is one that we give
            self.assertEqual(answer.status, 0, answer)
            self.assertIn("read back", answer.err)
        else:
            self.assertEqual(answer.status, 7, answer)
            self.assertIn("unknown whether it was done", answer.err)
            self.assertIn("nothing that was sent would tell", answer.err)
            self.assert_sentence(answer)

    def test_an_upsert_whose_answer_was_lost(self):
        self.need("upsert")
        text, number = self.backend.texts[0], self.backend.number
        for fault, status in (({"cut": 0}, 0), ({"drop": True}, 7)):
            with self.subTest(fault=fault):
                self.fault({**self.backend.upserting, **fault})
                self.backend.server.forget()
                answer = self.run_it("upsert", self.backend.object, "--match", self.backend.match,
                                     f"{self.backend.match}=lost-{status}", f"{text}=Lost upsert",
                                     f"{number}=3")
                self.assertEqual(answer.status, status, answer)
                self.assertEqual(len(self.backend.writes()), 1)
                self.fault()
                there = [identity for identity, row in
                         self.backend.stored(self.backend.object).items()
                         if row[self.backend.match] == f"lost-{status}"]
                self.assertEqual(len(there), 0 if status else 1)
                self.assertEqual(answer.out.split(), there)
                self.assertIn("was not done" if status else "read back", answer.err)

    def test_a_write_that_was_refused_before_it_was_done_is_sent_again(self):
        arguments = self.write()
        for status in (429, 503):
            with self.subTest(status=status):
                self.fault_writes(status=status, retry_after=0, times=1)
                self.backend.server.forget()
                self.assertEqual(self.run_ok(*arguments), "")
                self.assertEqual(len(self.backend.writes()), 2)

    def test_statuses_of_writes(self):
        arguments = self.write()
        for fault, wanted in (({"status": 401}, 3), ({"status": 403}, 3), ({"status": 500}, 10),
                              ({"status": 422}, 5), ({"status": 429, "retry_after": 0}, 8)):
            with self.subTest(fault=fault):
                self.fault_writes(**fault)
                self.run_bad(wanted, *arguments)

    # --- interrupts ---

    def start(self, *arguments):
        return subprocess.Popen(self.command(arguments), cwd=self.home, env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def wait_for_request(self, process):
        deadline = time.monotonic() + 20
        while not self.backend.requests():
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(process.poll())
            time.sleep(0.01)

    def interrupt(self, arguments):
        """Its arguments are looked at meanwhile, and that it would leave no core file."""
        process = self.start(*arguments)
        self.wait_for_request(process)
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            self.assertNotIn(self.backend.secret.encode(), file.read())
        with open(f"/proc/{process.pid}/limits", encoding="ascii") as file:
            self.assertRegex(file.read(), r"Max core file size +0 +0 ")
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        self.assertLess(time.monotonic() - started, PROMPT)
        return self.take(arguments, process.returncode, out, err)

    def test_an_interrupt_in_a_long_read(self):
        for fault in ({"delay_ms": 6000}, {"stall": 6}):
            with self.subTest(fault=fault):
                self.backend.server.forget()
                self.fault(**fault)
                answer = self.interrupt(self.read())
                self.assertEqual(answer.status, 130, answer)

    def test_an_interrupt_in_a_write(self):
        arguments = self.write()
        self.fault_writes(delay_ms=3000)
        process = self.start(*arguments)
        deadline = time.monotonic() + 20
        while not self.backend.writes():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        answer = self.take(arguments, process.returncode, out, err)
        self.assertEqual(answer.status, 130, answer)
        self.assertRegex(answer.err, "(?i)unknown whether|not known whether")
        self.assertEqual(len(self.backend.writes()), 1)

    # --- secrets ---

    def test_the_secret_is_in_requests_alone(self):
        """take() looks at what is printed; the log of exchanges, and what is kept, are seen here."""
        name = quoted_name(self.backend.texts[0])
        answer = self.run_it(*self.read(f"{name} contains 'a'", "-v"))
        self.assertEqual(answer.status, 0, answer)
        self.assertIn("GET" if "GET" in answer.err else "POST", answer.err)
        self.assertTrue(self.backend.requests())
        for entry in self.backend.requests():
            self.assertFalse(self.backend.shows_secret(entry), entry)
            self.assertTrue(self.backend.carries_secret(entry), entry)
        self.fault(status=401)
        self.run_bad(3, *self.read("-v"))
        for folder, _, files in os.walk(self.home):
            for file in files:
                with open(os.path.join(folder, file), "rb") as content:
                    self.assertNotIn(self.backend.secret.encode(), content.read(), file)

    def test_a_wrong_secret(self):
        self.environment = {**self.environment, "CONFORMANCE_SECRET": "wrong-secret-0815"}
        done = subprocess.run(self.command(self.read()), cwd=self.home, env=self.environment,
                              capture_output=True, check=False, timeout=60)
        answer = self.take(self.read(), done.returncode, done.stdout, done.stderr)
        self.assertEqual(answer.status, 3, answer)
        self.assertNotIn("wrong-secret", answer.out + answer.err)
        self.assert_sentence(answer)
        self.run_bad(2, *self.read("--set", f"p.{self.backend.secret_setting}=NOT_SET"))


for_each_backend(globals(), Failures, servers_only=True)
