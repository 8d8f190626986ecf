"""What only the fake backend declares, by the verbs: secrets, results of actions, undelete, deleted
records, all or none. The program is tests/unit/fake_dossier."""

import json
import os
import pathlib
import pty
import select
import subprocess
import time
import unittest

import support
from support import Headless

PROGRAM = pathlib.Path(os.environ["DOSSIER"]).parent / "tests/unit/fake_dossier"
SECRET = "correct horse battery"


@unittest.skipUnless(PROGRAM.exists(), "tests/unit/fake_dossier is not built (no cmocka)")
class Rich(Headless):
    def setUp(self):
        super().setUp()
        self.configure("[profile rich]\nbackend = rich\n"
                       "[profile still]\nbackend = rich\nread_only = yes\n"
                       "[profile safe]\nbackend = rich\nprotected = yes\n")

    def run_program(self, *arguments, given=None):
        done = subprocess.run([PROGRAM, *arguments], env=self.environment, check=False,
                              input=given, stdin=subprocess.DEVNULL if given is None else None,
                              capture_output=True, encoding="utf-8", timeout=support.SECONDS)
        return support.Answer(done.returncode, done.stdout, done.stderr)

    def good(self, *arguments, given=None):
        answer = self.run_program(*arguments, given=given)
        self.assertEqual((answer.status, answer.err), (0, ""), answer)
        return answer.out

    def bad(self, status, *arguments, says, given=None):
        answer = self.run_program(*arguments, given=given)
        self.assertEqual(answer.status, status, answer)
        self.assertIn(says, answer.err)
        self.assertNotIn(SECRET, answer.err)
        return answer


class Secrets(Rich):
    def test_actions_name_them(self):
        rows = json.loads(self.good("actions", "-p", "rich", "--format", "json"))
        action = next(row for row in rows if row["name"] == "set_password")
        self.assertEqual(action["objects"], ["Account"])
        self.assertEqual([row["secret"] for row in action["parameters"]], [False, True])
        search = next(row for row in rows if row["name"] == "search")
        self.assertIsNone(search["objects"])
        self.assertIn("password: encryptedstring, required, secret: asked for",
                      self.good("actions", "-p", "rich"))

    def test_an_argument_is_refused(self):
        do = ("do", "-p", "rich", "set_password", "userId=1")
        self.bad(2, *do, f"password={SECRET}", says="arguments can be read by others")
        self.bad(2, *do, f"PassWord={SECRET}", says="password is a secret")
        self.bad(2, *do, SECRET, says="expected NAME=VALUE")

    def test_the_first_line_of_a_pipe(self):
        do = ("do", "-p", "rich", "set_password", "userId=1")
        for given in (f"{SECRET}\nmore\n", f"{SECRET}\r\n", SECRET):
            self.assertEqual(self.good(*do, given=given),
                             f"the password of 1 has {len(SECRET)} characters now\n")
        self.bad(2, *do, given="", says="needs password")
        self.bad(2, *do, given="\nx\n", says="needs password")
        self.bad(2, *do, given="x" * 2000, says="longer than 1024 bytes")

    def test_nothing_is_asked_for_what_will_not_be_sent(self):
        self.assertEqual(self.good("do", "-p", "rich", "set_password", "userId=1", "--dry-run"),
                         "set_password userId=1 password=***\n")
        self.bad(3, "do", "-p", "still", "set_password", "userId=1", says="read-only")
        self.bad(2, "do", "-p", "safe", "set_password", "userId=1", says="--confirm safe")
        self.bad(2, "do", "-p", "rich", "set_password", says="needs userId", given=SECRET)

    def on_terminal(self, typed, wait_for="(not shown): "):
        """Runs set_password in a terminal; gives (status, all that the terminal showed)."""
        pid, master = pty.fork()
        if pid == 0:
            os.execve(PROGRAM, [PROGRAM, "do", "-p", "rich", "set_password", "userId=1"],
                      self.environment)
        shown, sent, until = b"", False, time.monotonic() + support.SECONDS
        while time.monotonic() < until:
            if not sent and wait_for.encode() in shown:
                os.write(master, typed)
                sent = True
            if select.select([master], [], [], 1)[0]:
                try:
                    block = os.read(master, 4096)
                except OSError:
                    break
                if not block:
                    break
                shown += block
        _, status = os.waitpid(pid, 0)
        os.close(master)
        return os.waitstatus_to_exitcode(status), shown.decode()

    def test_on_a_terminal_it_is_not_shown(self):
        status, shown = self.on_terminal(SECRET.encode() + b"\n")
        self.assertEqual(status, 0, shown)
        self.assertIn("set_password: password (not shown): ", shown)
        self.assertIn(f"has {len(SECRET)} characters", shown)
        self.assertNotIn(SECRET[:4], shown)

    def test_an_interrupt_ends_the_question(self):
        status, shown = self.on_terminal(b"half\x03")
        self.assertEqual(status, 130, shown)
        self.assertNotIn("half", shown)
        status, shown = self.on_terminal(b"\n")
        self.assertEqual(status, 2, shown)


class Results(Rich):
    def test_rows(self):
        self.assertEqual(self.good("do", "-p", "rich", "search", "text=x").splitlines()[:2],
                         ["object,id,name", "Account,1,Acme"])
        rows = json.loads(self.good("do", "-p", "rich", "get_updated", "object=Opportunity",
                                    "--format", "json"))
        self.assertEqual((len(rows), rows[0]), (30, {"id": "1"}))

    def test_a_result_for_each_record(self):
        merge = ("do", "-p", "rich", "merge", "master=1", "others=2\n3\n4")
        answer = self.bad(1, *merge, says="3: Record 3 was refused.")
        self.assertIn("ENTITY_IS_LOCKED", answer.err)
        self.assertEqual(answer.out.splitlines(),
                         ["id,success,created,errors", "2,true,false,",
                          "3,false,false,Record 3 was refused.", "4,true,false,"])
        answer = self.bad(5, "do", "-p", "rich", "submit", "ids=3", "--format", "json",
                          says="refused")
        self.assertEqual(json.loads(answer.out)[0]["errors"][0]["message"],
                         "Record 3 was refused.")


class Deleted(Rich):
    def test_they_are_shown_on_demand(self):
        query = ("query", "-p", "rich", "Opportunity")
        self.assertEqual(self.good(*query, "--count"), "28\n")
        self.assertEqual(self.good(*query, "--count", "--include-deleted"), "30\n")
        self.assertIn("4,true", self.good(*query, "deleted = true", "--include-deleted",
                                          "--columns", "id,deleted"))
        get = ("get", "-p", "rich", "Opportunity", "4")
        self.bad(4, *get, says="no record 4")
        self.assertIn("Opportunity 0004", self.good(*get, "--include-deleted"))
        self.small()
        self.run_bad(9, "query", "-p", "small.db", "Deal", "--include-deleted", says="deleted")

    def test_undelete(self):
        undelete = ("undelete", "-p", "rich", "Opportunity")
        self.assertEqual(self.good(*undelete, "4", "8"), "")
        answer = self.bad(1, *undelete, "4", "5", "--format", "csv",
                          says="Opportunity 5: Record 5 is not deleted.")
        self.assertEqual(answer.out.splitlines()[1:],
                         ["4,true,false,", "5,false,false,Record 5 is not deleted."])
        self.bad(5, *undelete, "5", says="not deleted")
        self.bad(3, "undelete", "-p", "still", "Opportunity", "4", says="read-only")
        self.bad(2, "undelete", "-p", "safe", "Opportunity", "4", says="--confirm safe")
        self.bad(2, *undelete, says="needs more")
        self.small()
        self.run_bad(9, "undelete", "-p", "small.db", "Deal", "1", says="cannot undelete")

    def test_all_or_none(self):
        delete = ("delete", "-p", "rich", "Opportunity", "--all-or-none")
        self.good(*delete, "1", "2")
        self.bad(2, *delete, *map(str, range(1, 12)), says="All or none of 11 records")
        self.small()
        self.run_bad(9, "delete", "-p", "small.db", "Deal", "1", "--all-or-none",
                     says="each record for itself")


del Rich  # its subclasses run; it has no tests of its own
