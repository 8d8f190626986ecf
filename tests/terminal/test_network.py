"""What someone with an account at a CRM over the network meets: names of references, a token that
is refused, a server that asks to wait."""

import pathlib
import sys

from harness import TerminalTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

TOKEN = "s3cret.spotler-token"


class Network(TerminalTest):
    def setUp(self):
        super().setUp()
        self.server = Running("spotler_server.py", "--token", TOKEN)
        self.addCleanup(self.server.stop)
        self.profile(TOKEN)

    def profile(self, token):
        self.write_config(f"[profile crm]\nbackend = spotler\nurl = {self.server.url}\n"
                          f"token_command = echo {token}\n")

    def open_contacts(self):
        screen = self.start("crm", columns=120).wait_for("Contacts")
        return screen.press("O", "g", "j", "j", "Enter").wait_for("last 1")

    def test_references_have_names(self):
        screen = self.open_contacts().wait_for("Company 00006")
        self.assertIn("Account", screen.text())
        self.assertNotIn("95920984", screen.text())  # its id
        asked = [entry["target"] for entry in self.server.log()
                 if entry["target"].startswith("/accounts?") and "%24in" in entry["target"]]
        self.assertEqual(len(asked), 1, asked)  # one request for all that are in sight

    def test_a_new_name_is_shown_where_it_is_referred_to(self):
        screen = self.open_contacts().wait_for("Company 00006")
        screen.press("O", "g", "Enter").wait_for("Phone")
        screen.press("e", "Ctrl-U", *"Quartz", "Enter", "w").wait_for("Review")
        screen.press("a").wait_for("done").press("q", "O", "g", "j", "j", "Enter")
        self.assertIn("Quartz", screen.wait_for("Quartz").wait_for("last 1").text())

    def test_a_refused_token_is_said_at_the_start(self):
        self.profile("wrong-token-7")
        screen = self.start("crm").wait_for("Unauthenticated")
        screen.press("!").wait_for("check the profile's token")
        self.assertNotIn("wrong-token-7", screen.text())
        self.assertLessEqual(len(self.server.log()), 2)  # not once for each object

    def test_the_status_says_what_a_wait_is_for(self):
        screen = self.open_contacts()
        self.server.fault(status=429, retry_after=5, times=1)
        screen.press("r", wait=False).wait_for("trying again in")

    def open_opportunities(self):
        screen = self.start("crm").wait_for("Contacts")
        return screen.run_command("open opportunities").wait_for("forecast 1")

    def test_a_page_that_failed_says_how_to_try_again(self):
        screen = self.open_opportunities()
        self.server.fault(status=500)
        screen.press("r", wait=False).wait_for("answered 500")
        self.assertIn("r try again", screen.line(screen.row_with("answered 500")))

    def test_what_is_filtered_here_is_said_once(self):
        screen = self.open_opportunities()
        screen.press("f", "Tab").type("accountid.name = 'test'").press("Enter")
        screen.wait_for(" ─ filtered here: account")
        self.assertEqual(screen.line(1).count("filtered here"), 1, screen.line(1))

    def test_longer_names_further_down_are_whole_where_there_is_room(self):
        screen = self.open_opportunities().press("s").wait_for("name 10")
        self.assertIn("name 100 ", screen.wait_for("name 10").text())

    def test_a_create_whose_answer_was_lost_says_how_it_is_sent_again(self):
        screen = self.open_opportunities()
        screen.press("a").wait_for("New: Opportunity").press("Enter").type("stra")
        screen.wait_for("▸ straße").press("Enter", "Enter").type("Quartz and marble")
        screen.press("Enter", "F2").wait_for("+Quartz and marble")
        self.server.fault(method="POST", path="/opportunities", drop=True)
        screen.press("w").wait_for("Review").press("a").wait_for("unknown whether")
        screen.press("a").wait_for("Space, then a, sends it")
        self.server.fault()
        screen.press("Space", "a").wait_for("1 of 1 done")


class WholeSets(TerminalTest):
    """A server that filters nothing."""

    def test_the_builder_says_what_is_filtered_here(self):
        server = Running("salesdirector_server.py")
        self.addCleanup(server.stop)
        self.write_config(f"[profile sd]\nbackend = salesdirector\nurl = {server.url}\n"
                          "api_key_command = echo sd-admin-key-4711\n")
        screen = self.start("sd").wait_for("Opportunities")
        screen.run_command("open Opportunity").wait_for("Deal 00001")
        screen.press("f", "Tab").type("amount > 1000").wait_for("filtered here: amount")
        self.assertIn("sent to the server: nothing", screen.text())


if __name__ == "__main__":
    import unittest
    unittest.main()
