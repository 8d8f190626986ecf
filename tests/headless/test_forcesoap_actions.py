"""The actions of the forcesoap adapter against its test server: each call, what it sends, what comes
back, and what it says when it fails."""

import pathlib
import re
import sys
import unittest

from support import Headless

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

PASSWORD, TOKEN = "force-pass-1", "TOKEN4711"
ADA, BOB, EVE = "0057S000000WzYEQA0", "0050600003AAAABAA5", "0050600003AAAACAA5"
LEAD, LEAD_2 = "00Q0600003AAAABEA5", "00Q0600003AAAACEA5"
ACME, ACME_10, ACME_20 = "0010600003ACGEgAAP", "0010600003ACGEqAAP", "0010600003ACGE0AAP"
DEAL, DEAL_2 = "0060600003AAAABAA5", "0060600003AAAA0AAP"
NOBODY = "0010600003ZZZZZAAP"


class Soap(Headless):
    OPTIONS = ()

    def setUp(self):
        super().setUp()
        self.server = Running("forcesoap_server.py", *self.OPTIONS)
        self.addCleanup(self.server.stop)
        self.environment.update(SOAP_PASSWORD=PASSWORD, SOAP_TOKEN=TOKEN)
        self.profile()

    def profile(self, **settings):
        settings = {"url": self.server.url, "username": "user0@example.com",
                    "password_env": "SOAP_PASSWORD", "security_token_env": "SOAP_TOKEN",
                    **settings}
        self.configure("default = sf\n[profile sf]\nbackend = forcesoap\n" + "".join(
            f"{name} = {value}\n" for name, value in settings.items() if value is not None))

    def act(self, *words):
        """The rows of an action."""
        return self.json("do", *words)

    def say(self, *words, **more):
        return self.run_ok("do", *words, **more).rstrip("\n")

    def calls(self):
        """The names of the calls that came, without sign-in and sign-out."""
        found = [re.search(r":Body>\s*<(\w+)", entry["body"])[1] for entry in self.server.log()]
        return [name for name in found if name not in ("login", "logout")]

    def sent(self, call):
        """The content of the last call of this name."""
        bodies = [entry["body"] for entry in self.server.log() if f"<{call}>" in entry["body"]]
        return re.search(rf"<{call}>(.*)</{call}>", bodies[-1], re.DOTALL)[1]

    def field(self, name, record, field):
        return self.json("get", name, record, "--columns", field)[0][field]


class Leads(Soap):
    def test_one_is_converted(self):
        row, = self.act("convert_lead", f"leadId={LEAD}", "convertedStatus=Closed - Converted",
                        "opportunityName=A & B")
        self.assertEqual((row["leadId"], row["success"], row["message"]), (LEAD, True, None))
        self.assertEqual(self.field("Opportunity", row["opportunityId"], "Name"), "A & B")
        self.assertEqual(self.field("Contact", row["contactId"], "AccountId"), row["accountId"])
        self.assertEqual(self.field("Lead", LEAD, "IsConverted"), True)

    def test_several_without_a_status(self):
        rows = self.act("convert_lead", f"leadId={LEAD},{LEAD_2}", "doNotCreateOpportunity=true")
        self.assertEqual([(row["success"], row["opportunityId"]) for row in rows],
                         [(True, None)] * 2)
        self.assertEqual(self.calls(), ["query", "convertLead"])
        self.assertEqual(self.field("Lead", LEAD_2, "Status"), "Closed - Converted")

    def test_into_what_is_there(self):
        contact = self.json("query", "Contact", "AccountId is not null", "--limit", "1",
                            "--columns", "Id,AccountId")[0]
        row, = self.act("convert_lead", f"leadId={LEAD}", f"accountId={contact['AccountId']}",
                        f"contactId={contact['Id']}", f"opportunityId={DEAL[:15]}",
                        "overwriteLeadSource=true", f"ownerId={BOB}")
        self.assertEqual((row["accountId"], row["contactId"], row["opportunityId"]),
                         (contact["AccountId"], contact["Id"], DEAL))

    def test_one_of_two_fails(self):
        self.say("convert_lead", f"leadId={LEAD}")
        answer = self.run_it("do", "convert_lead", f"leadId={LEAD},{LEAD_2}")
        self.assertEqual(answer.status, 1, answer)
        self.assertIn("already been converted", answer.err)
        self.assertIn(f"{LEAD_2},", answer.out)

    def test_a_status_that_is_none(self):
        answer = self.run_it("do", "convert_lead", f"leadId={LEAD}", "convertedStatus=Open")
        self.assertEqual(answer.status, 5, answer)
        self.assertIn("invalid convertedStatus: Open", answer.err)
        self.assertIn("statuses of a converted lead: Closed - Converted", answer.err)

    def test_what_is_missing_or_no_id(self):
        self.run_bad(2, "do", "convert_lead", says="leadId")
        answer = self.run_it("do", "convert_lead", f"leadId={LEAD[:10]}")
        self.assertNotEqual(answer.status, 0, answer)
        self.assertIn("dossier: convert_lead: ", answer.err)
        self.assertEqual(self.field("Lead", LEAD, "IsConverted"), False)

    def test_older_versions(self):
        """A version's schema has fewer elements; what a version lacks is not sent to it."""
        self.profile(version="38.0")
        self.run_it("do", "convert_lead", f"leadId={LEAD}")
        self.assertNotIn("relatedPersonAccount", self.sent("convertLead"))
        self.assertNotIn("opportunityId", self.sent("convertLead"))


class Merging(Soap):
    def test_two_into_one(self):
        row, = self.act("merge", "object=Account", f"masterRecord={ACME}",
                        f"recordToMergeIds={ACME_10}\n{ACME_20}", "fields=Name=Acme = 1\nPhone=")
        self.assertEqual((row["id"], row["object"], row["success"]), (ACME, "Account", True))
        self.assertEqual(row["mergedRecordIds"], f"{ACME_10}, {ACME_20}")
        self.assertTrue(row["updatedRelatedIds"])
        self.assertEqual(self.field("Account", ACME, "Name"), "Acme = 1")
        self.run_bad(4, "get", "Account", ACME_10)

    def test_refusals(self):
        whole = ("do", "merge", "object=Account", f"masterRecord={ACME}")
        self.run_bad(2, *whole, says="recordToMergeIds")
        self.run_bad(5, *whole, f"recordToMergeIds={ACME_10},{ACME_20},{DEAL}", says="at a time")
        self.run_bad(5, *whole, f"recordToMergeIds={ACME_10}", "fields=Name", says="fields")
        self.assertEqual(self.calls(), [])
        self.run_bad(2, *whole, f"recordToMergeIds={ACME_10}", "fields=Nome=x", says="Nome")
        answer = self.run_it(*whole, f"recordToMergeIds={ACME}")
        self.assertEqual(answer.status, 5, answer)
        self.assertIn("itself", answer.err)


class Upserts(Soap):
    def test_made_then_changed(self):
        words = ("upsert", "object=Kind__c", "externalIDFieldName=External__c")
        made, = self.act(*words, "fields=External__c=X-77\nName=A = B")
        self.assertEqual((made["created"], made["success"]), (True, True))
        changed, = self.act(*words, "fields=External__c=X-77\nName=C")
        self.assertEqual((changed["created"], changed["id"]), (False, made["id"]))
        self.assertEqual(self.field("Kind__c", made["id"], "Name"), "C")
        self.run_bad(2, "do", *words, says="fields")
        answer = self.run_it("do", *words, "fields=External__c=X-77\nReference__c=nothing")
        self.assertEqual(answer.status, 5, answer)


class Approvals(Soap):
    def test_submit_and_approve_by_the_record(self):
        row, = self.act("submit_for_approval", f"objectId={DEAL}", "comments=please & soon")
        self.assertEqual((row["instanceStatus"], row["success"]), ("Pending", True))
        waiting, = self.act("approvals")
        self.assertEqual((waiting["workitemId"], waiting["id"], waiting["object"]),
                         (row["newWorkitemIds"], DEAL, "Opportunity"))
        done, = self.act("approve", f"objectId={DEAL[:15]}", "comments=fine")
        self.assertEqual((done["entityId"], done["instanceStatus"]), (DEAL, "Approved"))
        self.assertEqual(self.act("approvals"), [])
        self.assertEqual(self.calls(), ["process", "query", "query", "process", "query"])

    def test_reject_and_remove_by_the_request(self):
        for action, status in (("reject", "Rejected"), ("remove_approval", "Removed")):
            row, = self.act("submit_for_approval", f"objectId={DEAL}")
            done, = self.act(action, f"workitemId={row['newWorkitemIds']}")
            self.assertEqual((done["entityId"], done["instanceStatus"]), (DEAL, status))

    def test_the_next_approver_and_whose_they_are(self):
        self.say("submit_for_approval", f"objectId={DEAL}", f"nextApproverIds={BOB}")
        self.assertEqual([row["actor"] for row in self.act("approvals", f"actorId={BOB}")],
                         [self.field("User", BOB, "Name")])
        self.assertEqual(self.act("approvals", f"actorId={EVE}"), [])
        row, = self.act("approve", f"objectId={DEAL}", f"nextApproverIds={EVE}")
        self.assertEqual(row["actorIds"], EVE)

    def test_what_does_not_wait(self):
        self.say("submit_for_approval", f"objectId={DEAL}")
        answer = self.run_it("do", "approve", f"objectId={DEAL},{DEAL_2}", "--format", "json")
        self.assertEqual(answer.status, 1, answer)
        self.assertIn(f"nothing of {DEAL_2} waits for approval", answer.err)
        self.assertIn('"Approved"', answer.out)
        answer = self.run_it("do", "reject", f"objectId={DEAL}")
        self.assertEqual(answer.status, 4, answer)
        self.run_bad(5, "do", "reject", "objectId=no id", says="objectId")
        self.run_bad(5, "do", "reject", says="workitemId")

    def test_what_cannot_be_submitted(self):
        self.say("submit_for_approval", f"objectId={DEAL}")
        answer = self.run_it("do", "submit_for_approval", f"objectId={DEAL}")
        self.assertEqual(answer.status, 5, answer)
        self.assertIn("ALREADY_IN_PROCESS", answer.err)
        self.run_bad(2, "do", "submit_for_approval", says="objectId")


class Bin(Soap):
    def test_there_and_back(self):
        self.run_ok("delete", "Account", ACME, ACME_10)
        self.run_bad(4, "get", "Account", ACME)
        self.run_ok("do", "undelete", f"ids={ACME[:15]}, {ACME_10}")
        self.assertEqual(self.field("Account", ACME, "Id"), ACME)

    def test_for_good(self):
        self.run_ok("delete", "Account", ACME, ACME_10)
        self.run_ok("do", "empty_recycle_bin", f"ids={ACME}")
        answer = self.run_it("do", "undelete", f"ids={ACME},{ACME_10}")
        self.assertEqual(answer.status, 1, answer)
        self.assertEqual(self.field("Account", ACME_10, "Id"), ACME_10)

    def test_all_or_none(self):
        self.profile(all_or_none="yes")
        self.run_ok("delete", "Account", ACME)
        answer = self.run_it("do", "undelete", f"ids={ACME},{ACME_10}")
        self.assertNotEqual(answer.status, 0, answer)
        self.run_bad(4, "get", "Account", ACME)

    def test_all_or_none_for_once(self):
        ids = ACME, "001000000009007"
        answer = self.run_it("delete", "Account", *ids, "--all-or-none")
        self.assertNotEqual(answer.status, 0, answer)
        self.assertIn("<allOrNone>true</allOrNone>", self.server.log()[-2]["body"])
        self.assertEqual(self.field("Account", ACME, "Id"), ACME)
        self.run_it("delete", "Account", *ids)
        self.run_bad(4, "get", "Account", ACME)

    def test_what_is_not_there(self):
        answer = self.run_it("do", "empty_recycle_bin", f"ids={ACME}")
        self.assertEqual(answer.status, 5, answer)
        self.assertIn("not in the recycle bin", answer.err)
        self.run_bad(2, "do", "undelete", says="ids")

    def test_what_was_done_before_it_failed_is_told(self):
        self.run_ok("delete", "Account", ACME)
        ids = [ACME] + [f"001000000009{number:03}" for number in range(200)]
        self.server.fault(status=403, skip=2, times=1)  # the sign-in and the first 200
        answer = self.run_it("do", "undelete", "ids=" + ",".join(ids))
        self.assertEqual(answer.status, 3, answer)
        self.assertIn(ACME, answer.out)
        self.assertIn("001000000009007", answer.err)
        self.assertEqual(self.field("Account", ACME, "Id"), ACME)


class Changes(Soap):
    def test_updated(self):
        self.run_ok("update", "Account", ACME, "Phone=1")
        self.assertEqual(self.act("get_updated", "object=Account", "startDate=2026-11-21"),
                         [{"id": ACME, "object": "Account"}])
        self.assertIn("<startDate>2026-11-21T00:00:00Z</startDate>", self.sent("getUpdated"))
        self.act("get_updated", "object=Account", "startDate=yesterday", "endDate=today")
        self.assertIn("<startDate>2026-11-20T00:00:00Z</startDate>"
                      "<endDate>2026-11-21T00:00:00Z</endDate>", self.sent("getUpdated"))

    def test_deleted(self):
        self.run_ok("delete", "Account", ACME)
        row, = self.act("get_deleted", "object=Account", "startDate=2026-11-20T10:00:00+02:00")
        self.assertEqual((row["id"], row["object"]), (ACME, "Account"))
        self.assertRegex(row["deletedDate"], r"^2026-11-21T11:\d\d:\d\d\.000Z$")
        self.assertIn("<startDate>2026-11-20T08:00:00Z</startDate>", self.sent("getDeleted"))

    def test_words_beside_rows_are_for_who_reads_along(self):
        watched = self.run_watched("do", "get_deleted", "object=Account", "startDate=yesterday")
        self.assertEqual((watched.status, watched.out.count("\n")), (0, 1), watched)
        self.assertIn("2026-11-21", watched.err)
        self.assertNotIn("2026-11-21", watched.out)

    def test_a_date_that_is_too_long_ago(self):
        self.run_bad(5, "do", "get_deleted", "object=Account", "startDate=2026-01-01",
                     says="15 days ago")

    def test_spans_that_are_none(self):
        self.run_bad(2, "do", "get_deleted", "object=Account", says="startDate")
        self.run_bad(2, "do", "get_deleted", "object=Account", "startDate=then", says="Start date")
        answer = self.run_it("do", "get_deleted", "object=Account", "startDate=2026-01-01")
        self.assertNotEqual(answer.status, 0, answer)
        self.assertIn("15 days", answer.err)
        self.run_bad(4, "do", "get_updated", "object=Nothing", "startDate=2026-11-20",
                     says="Nothing")


class Searching(Soap):
    def test_words(self):
        rows = self.act("search", "words=acme*", "objects=Account, Contact(Id, LastName)",
                        "in=NAME", "limit=4")
        self.assertEqual(len(rows), 4)
        self.assertTrue(all(row["type"] == "Account" and "Acme" in row["Name"] for row in rows))

    def test_words_that_mean_something(self):
        for words in ("acme{10}", "rock and roll", "what's up?", "-minus + plus", "back\\slash",
                      "\"quoted", "not & or"):
            with self.subTest(words=words):
                self.act("search", f"words={words}")

    def test_a_whole_search(self):
        rows = self.act("search", "searchString=FIND {acme} IN NAME FIELDS RETURNING "
                        "Account(Id, Name WHERE Name = 'Acme')")
        self.assertEqual([(row["type"], row["Id"]) for row in rows], [("Account", ACME)])
        self.run_bad(2, "do", "search", "searchString=FIND acme", says="FIND acme")
        self.run_bad(5, "do", "search", says="words")
        self.run_bad(2, "do", "search", "words=a", "in=THERE", says="SIDEBAR")


class Describing(Soap):
    def test_a_layout(self):
        rows = self.act("describe_layout", "object=Account")
        name = next(row for row in rows if row["field"] == "Name")
        self.assertEqual((name["required"], name["editable"]), (True, True))
        stamp = next(row for row in rows if "LastModifiedDate" in row["field"])
        self.assertEqual((stamp["section"], stamp["editable"]), ("System Information", False))
        self.assertIn(("(related list)", "Contact.AccountId"),
                      [(row["section"], row["field"]) for row in rows])
        self.run_bad(4, "do", "describe_layout", "object=Nothing", says="Nothing")

    def test_softphone_tabs(self):
        rows = self.act("describe_softphone_layout")
        self.assertIn({"callType": "Inbound", "part": "section", "name": "Account",
                       "value": "Name, Phone"}, rows)
        rows = self.act("describe_tabs")
        self.assertEqual({row["app"] for row in rows}, {"Sales", "Everything"})
        self.assertIn("Opportunity", [row["object"] for row in rows])

    def test_several_objects(self):
        rows = self.act("describe_sobjects", "sObjectType=Account,User")
        self.assertEqual([(row["name"], row["createable"]) for row in rows],
                         [("Account", True), ("User", False)])
        self.assertEqual(self.calls(), ["describeSObjects"])

    def test_more_than_a_hundred(self):
        names = ",".join(["Account"] * 150)
        self.assertEqual(len(self.act("describe_sobjects", f"sObjectType={names}")), 150)
        self.assertEqual(self.calls(), ["describeSObjects"] * 2)
        self.run_bad(4, "do", "describe_sobjects", "sObjectType=Account,Nothing", says="Nothing")


class Mail(Soap):
    def test_one_message(self):
        (self.home / "note.txt").write_text("hello")
        self.assertEqual(
            self.say("send_email", "toAddresses=a@x.example,b@x.example", "subject=Grüße & more",
                     "plainTextBody=one\ntwo", "attachment=note.txt", "attachmentName=note.txt",
                     f"whatId={DEAL}", "saveAsActivity=no"),
            "The message was sent.")
        body = self.sent("sendEmail")
        self.assertIn("<toAddresses>a@x.example</toAddresses><toAddresses>b@x.example<", body)
        self.assertIn("<body>aGVsbG8=</body><fileName>note.txt</fileName>", body)
        self.assertIn("<subject>Grüße &amp; more</subject>", body)
        self.assertIn("<saveAsActivity>false<", body)

    def test_a_template_to_many(self):
        template = self.json("query", "EmailTemplate", "--columns", "Id")[0]["Id"]
        self.say("send_email", "type=MassEmailMessage", f"targetObjectIds={LEAD},{LEAD_2}",
                 f"templateId={template}")
        self.assertEqual(self.sent("sendEmail").count("<targetObjectIds>"), 2)

    def test_refusals(self):
        for status, says, *words in (
                (5, "toAddresses", "subject=x", "plainTextBody=y"),
                (5, "a at b", "toAddresses=a at b", "subject=x", "plainTextBody=y"),
                (5, "targetObjectIds", f"targetObjectIds={LEAD}"),
                (5, "templateId", "type=MassEmailMessage", f"targetObjectIds={LEAD}"),
                (2, "Mass", "type=Other"), (2, "Highest", "emailPriority=Soon")):
            answer = self.run_it("do", "send_email", *words)
            self.assertEqual(answer.status, status, answer)
            self.assertIn(says, answer.err)


class People(Soap):
    def test_who_and_when(self):
        rows = {row["name"]: row["value"] for row in self.act("user_info")}
        self.assertEqual(rows["userName"], "user0@example.com")
        self.assertIsNone(rows["roleId"])
        self.assertRegex(self.say("server_timestamp"), r"^2026-11-21T11:00:\d\d\.000Z$")

    def test_a_password_is_set(self):
        said = self.say("set_password", f"userId={BOB}", stdin=b"new-secret-7\nmore\n")
        self.assertEqual(said, f"The password of {BOB} was set.")
        self.assertIn("<password>new-secret-7</password>", self.sent("setPassword"))

    def test_a_password_is_no_argument(self):
        answer = self.run_bad(2, "do", "set_password", f"userId={BOB}", "password=new-secret-7",
                              says="password")
        self.assertNotIn("new-secret-7", answer.out + answer.err)
        self.assertEqual(self.calls(), [])
        self.run_bad(2, "do", "set_password", f"userId={BOB}", says="password")

    def test_a_password_is_never_shown(self):
        answer = self.run_it("do", "-v", "set_password", f"userId={BOB}", stdin=b"new-secret-7\n")
        self.assertEqual(answer.status, 0, answer)
        self.assertNotIn("new-secret-7", answer.out + answer.err)
        dry = self.run_ok("do", "set_password", f"userId={BOB}", "--dry-run",
                          stdin=b"new-secret-7\n")
        self.assertNotIn("new-secret-7", dry)
        self.assertIn("<password>***</password>", dry)
        for path in self.home.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"new-secret-7", path.read_bytes(), path)

    def test_passwords_that_are_refused(self):
        self.run_bad(5, "do", "set_password", f"userId={BOB}", stdin=b"short\n", says="8")
        self.run_bad(5, "do", "set_password", "userId=nobody", stdin=b"new-secret-7\n", says="id")

    def test_a_password_is_made(self):
        answer = self.run_it("do", "-v", "reset_password", f"userId={BOB}")
        self.assertEqual(answer.status, 0, answer)
        self.assertRegex(answer.out, rf"^The new password of {BOB}, shown this once: \w+\n$")
        self.assertNotIn(answer.out.split()[-1], answer.err)
        self.run_bad(5, "do", "reset_password", "userId=nobody", says="id")


class Sessions(Soap):
    def test_the_own_one_ends_once(self):
        self.assertEqual(self.say("logout"),
                         "The session ended; the next request signs in again.")
        names = [re.search(r":Body>\s*<(\w+)", each["body"])[1] for each in self.server.log()]
        self.assertEqual(names, ["login", "logout"])
        self.server.forget()
        self.assertEqual(self.say("invalidate_sessions"), "1 of 1 sessions ended.")
        names = [re.search(r":Body>\s*<(\w+)", each["body"])[1] for each in self.server.log()]
        self.assertEqual(names, ["login", "invalidateSessions"])

    def test_others_by_a_file(self):
        ready = "00D7S0000000001!ready.session.4711"
        answer = self.run_it("do", "invalidate_sessions", "file=-",
                             stdin=f"{ready}\nno-such-session\n".encode())
        self.assertEqual(answer.status, 1, answer)
        self.assertEqual(answer.out, "1 of 2 sessions ended.\n")
        self.assertIn("session 2: ", answer.err)
        self.assertNotIn("no-such-session", answer.err)
        dry = self.run_ok("do", "invalidate_sessions", "file=-", "--dry-run",
                          stdin=ready.encode())
        self.assertNotIn("ready", dry)

    def test_a_session_of_the_profile_is_asked_for_anew(self):
        self.environment["SOAP_SESSION"] = "00D7S0000000001!ready.session.4711"
        self.profile(server_url=self.server.url, session_id_env="SOAP_SESSION", username=None,
                     password_env=None, security_token_env=None)
        self.say("logout")
        self.run_bad(3, "do", "server_timestamp", says="session")


class Failing(Soap):
    # What an action needs where no parameter of its own is required.
    OR_ELSE = {"approve": [f"objectId={DEAL}"], "reject": [f"objectId={DEAL}"],
               "remove_approval": [f"objectId={DEAL}"], "search": ["words=acme"],
               "set_password": [f"userId={DEAL}"],
               "upsert": ["object=Kind__c", "externalIDFieldName=External__c",
                          "fields=External__c=1"]}

    def words(self, action):
        """An action with what it needs."""
        return [action["name"]] + self.OR_ELSE.get(action["name"], [
            f"{each['name']}={'2026-11-21' if each['type'] == 'datetime' else DEAL}"
            for each in action["parameters"]
            if each["required"] and each["name"] != "password"])

    def test_every_action_that_writes_is_refused_on_a_read_only_profile(self):
        self.profile(read_only="yes")
        actions = self.json("actions")
        for action in actions:
            if action["writes"]:
                with self.subTest(action=action["name"]):
                    self.run_bad(3, "do", *self.words(action), stdin=b"new-secret-7\n",
                                 says="read-only")
        self.assertEqual(self.calls(), [])
        self.assertEqual({each["name"] for each in actions if not each["writes"]}, {
            "approvals", "get_deleted", "get_updated", "search", "describe_layout",
            "describe_softphone_layout", "describe_sobjects", "describe_tabs", "user_info",
            "server_timestamp", "logout"})

    def test_every_action_says_what_failed(self):
        """A fault of the service, and an answer that is none."""
        for action in self.json("actions"):
            for fault, status in (({"status": 403}, 3), ({"garbage": True}, 10)):
                with self.subTest(action=action["name"], fault=fault):
                    self.server.fault(**fault, skip=1, times=1)  # the sign-in comes through
                    answer = self.run_it("do", *self.words(action), stdin=b"new-secret-7\n")
                    lost = "not known whether the action was done" in answer.err
                    self.assertEqual(answer.status, 7 if lost else status, answer)
                    self.assertEqual(lost, "unknown whether it was done" in answer.err, answer)
                    self.assertIn(action["name"], answer.err)

    def test_every_failure_says_what_to_do(self):
        for fault, words in (({"status": 500}, "try again later"), ({"status": 503},
                             "try again later"), ({"garbage": True}, "check the address")):
            with self.subTest(fault=fault):
                self.server.fault(**fault, skip=1)  # the sign-in comes through
                answer = self.run_it("query", "Account")
                self.assertEqual(answer.status, 10, answer)
                self.assertIn(words, answer.err)

    def test_an_action_that_is_none(self):
        self.run_bad(2, "do", "merg", says="merge")
        self.run_bad(2, "do", "merge", "objct=Account", says="object")


class Prefixed(Soap):
    OPTIONS = ("--prefix", "prefixed", "--chunked")

    def test_replies_in_another_spelling(self):
        row, = self.act("convert_lead", f"leadId={LEAD}")
        self.assertTrue(row["success"])
        self.say("submit_for_approval", f"objectId={DEAL}")
        self.assertEqual(self.act("approve", f"objectId={DEAL}")[0]["instanceStatus"], "Approved")
        self.assertTrue(self.act("search", "words=acme"))
        self.assertTrue(self.act("describe_layout", "object=Account"))
        self.assertTrue(self.act("describe_tabs"))
        self.assertTrue(self.act("user_info"))


if __name__ == "__main__":
    unittest.main()
