"""The Force.com SOAP test server by itself: each call's request and reply word for word, and each
thing that it must refuse. Nothing here runs the program: what a client may send is written by hand,
with whatever prefixes XML allows."""

import argparse
import gzip
import http.client
import pathlib
import re
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
import soap_xml  # noqa: E402
from common import Request, Running, Refusal  # noqa: E402
from forcesoap_server import ForceSoap  # noqa: E402
from soap_values import java_double  # noqa: E402

SESSION = "00D7S0000000001!ready.session.4711"
SOAP, PARTNER = "http://schemas.xmlsoap.org/soap/envelope/", "urn:partner.soap.sforce.com"
SOBJECT, FAULT = "urn:sobject.partner.soap.sforce.com", "urn:fault.partner.soap.sforce.com"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOGIN, HOME = "/services/Soap/u/58.0", "/services/Soap/u/58.0/00D7S0000000001"
ADA, BOB, EVE = "0057S000000WzYEQA0", "0050600003AAAABAA5", "0050600003AAAACAA5"
JANE, JOHN, DICKENSON = "0010600002BpLWtAAN", "0010600002BpLWuAAN", "0017S00000GYoL3QAL"
LEAD, DEAL = "00Q0600003AAAABEA5", "0060600003AAAABAA5"
HELLO = "00P0600003AAAABEA5"

# The same message in three spellings: prefixes of the usual kind, default namespaces on the parts,
# prefixes that mean something else elsewhere.
USUAL = ('<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="{SOAP}" '
         'xmlns:urn="{PARTNER}" xmlns:urn1="{SOBJECT}" xmlns:xsi="{XSI}">\n  <soapenv:Header>'
         "{headers}</soapenv:Header>\n  <soapenv:Body>{body}</soapenv:Body>\n</soapenv:Envelope>")
DEFAULTED = ('<Envelope xmlns="{SOAP}" xmlns:xsi="{XSI}"><Header>{headers}</Header><Body>{body}'
             "</Body></Envelope>")
ODD = ("<?xml version='1.0'?><sf:Envelope xmlns:sf='{SOAP}' xmlns:soapenv='{PARTNER}' "
       "xmlns:urn='{SOBJECT}' xmlns:nil='{XSI}'><sf:Header>{headers}</sf:Header><!-- odd -->"
       "<sf:Body>\n{body}\n</sf:Body></sf:Envelope>")
SESSION_IN = {
    USUAL: "<urn:SessionHeader><urn:sessionId>{}</urn:sessionId></urn:SessionHeader>",
    DEFAULTED: '<SessionHeader xmlns="urn:partner.soap.sforce.com"><sessionId>{}</sessionId>'
               "</SessionHeader>",
    ODD: "<soapenv:SessionHeader><soapenv:sessionId>{}</soapenv:sessionId></soapenv:SessionHeader>",
}


def envelope(body, form=USUAL, headers="", session=SESSION):
    if session is not None:
        headers = SESSION_IN[form].format(session) + headers
    return form.format(SOAP=SOAP, PARTNER=PARTNER, SOBJECT=SOBJECT, XSI=XSI, headers=headers,
                       body=body)


class Reply:
    def __init__(self, status, body):
        self.status, self.text = status, body.decode()
        self.tree = ElementTree.fromstring(body)

    @property
    def body(self):
        """What stands in the body, as it is."""
        return re.search(r"<soapenv:Body>(.*)</soapenv:Body>", self.text, re.DOTALL)[1]

    @property
    def fault(self):
        """(faultcode, faultstring, kind of the detail or None)."""
        found = self.tree.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
        detail = found.find("detail")
        return (found.find("faultcode").text, found.find("faultstring").text,
                None if detail is None else detail[0].tag.rpartition("}")[2])

    def texts(self, *path):
        """Texts at a path of local names below the response."""
        nodes = list(self.tree.find(f"{{{SOAP}}}Body"))
        for name in path:
            nodes = [child for node in nodes for child in node
                     if child.tag.rpartition("}")[2] == name]
        return [node.text for node in nodes]


def post(service, message, path=HOME, method="POST", **headers):
    """Asks a service without a network."""
    given = http.client.HTTPMessage()
    for name, value in {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""',
                        "Host": "crm.example", **headers}.items():
        if value is not None:
            given[name.replace("_", "-")] = value
    body = message if isinstance(message, bytes) else message.encode()
    try:
        return service.answer(Request(method, path, given, body))
    except Refusal as refusal:
        return refusal.answer


class Soap(unittest.TestCase):
    maxDiff = None
    OPTIONS = ()

    def setUp(self):
        self.service = self.serve(*self.OPTIONS)

    def serve(self, *options):
        parser = argparse.ArgumentParser()
        ForceSoap.add_arguments(parser)
        return ForceSoap(parser.parse_args(("--rows", "20", *options)))

    def ask(self, body, form=USUAL, headers="", session=SESSION, path=HOME, **http_headers):
        answer = post(self.service, envelope(body, form, headers, session), path, **http_headers)
        return Reply(answer.status, answer.body)

    def said(self, *rest, **more):
        """The body of an answer that is no fault."""
        reply = self.ask(*rest, **more)
        self.assertEqual(reply.status, 200, reply.text)
        return reply.body

    def refused(self, code, words, kind, body, **more):
        """A fault, at the organisation's path."""
        reply = self.ask(body, **more)
        self.assertEqual(reply.status, 500, reply.text)
        found = reply.fault
        self.assertEqual((found[0], found[2]), (code, kind), reply.text)
        self.assertIn(words, found[1])
        return reply

    def query(self, text, call="query", **more):
        return self.ask(f"<urn:{call}><urn:queryString>{text}</urn:queryString></urn:{call}>",
                        **more)

    def names(self, text, call="query"):
        return self.query(text, call).texts("result", "records", "Name")


class Recorded(Soap):
    """Every call: a request, and the whole of its reply."""

    def test_login(self):
        request = ('<login xmlns="urn:partner.soap.sforce.com"><username>user0@example.com'
                   "</username><password>force-pass-1TOKEN4711</password></login>")
        self.assertEqual(
            self.said(request, DEFAULTED, session=None, path=LOGIN),
            "<loginResponse><result><metadataServerUrl>http://crm.example/services/Soap/m/58.0/"
            "00D7S0000000001</metadataServerUrl><passwordExpired>false</passwordExpired>"
            "<sandbox>false</sandbox><serverUrl>http://crm.example/services/Soap/u/58.0/"
            "00D7S0000000001</serverUrl><sessionId>00D7S0000000001!AQ4AQ0001.dossier_Test_session"
            f"</sessionId><userId>{ADA}</userId><userInfo>{USER_INFO}</userInfo></result>"
            "</loginResponse>")

    def test_logout(self):
        self.assertEqual(self.said("<soapenv:logout/>", ODD), "<logoutResponse/>")
        self.refused("INVALID_SESSION_ID", "Session not found", None, "<urn:logout/>",
                     path=LOGIN)

    def test_invalidateSessions(self):
        request = ("<urn:invalidateSessions><urn:sessionIds>nobody's</urn:sessionIds>"
                   f"<urn:sessionIds>{SESSION}</urn:sessionIds></urn:invalidateSessions>")
        self.assertEqual(
            self.said(request),
            "<invalidateSessionsResponse><result><errors><message>Invalid session id</message>"
            "<statusCode>INVALID_SESSION_ID</statusCode></errors><success>false</success></result>"
            "<result><success>true</success></result></invalidateSessionsResponse>")

    def test_create(self):
        request = ('<create xmlns="urn:partner.soap.sforce.com" xmlns:o="urn:sobject.partner.soap.'
                   'sforce.com"><sObjects xsi:type="o:sObject"><o:type>Account</o:type><o:Id '
                   'xsi:nil="true"/><o:Name>A &amp; B</o:Name><o:AnnualRevenue>5.6E9'
                   '</o:AnnualRevenue></sObjects><sObjects><type xmlns="urn:sobject.partner.soap.'
                   'sforce.com">Contact</type></sObjects></create>')
        self.assertEqual(
            self.said(request, DEFAULTED),
            "<createResponse><result><id>0010600002BpRZDAA3</id><success>true</success></result>"
            "<result><errors><fields>LastName</fields><message>Required fields are missing: "
            "[LastName]</message><statusCode>REQUIRED_FIELD_MISSING</statusCode></errors>"
            '<id xsi:nil="true"/><success>false</success></result></createResponse>')

    def test_update(self):
        request = ("<soapenv:update><soapenv:sObjects><urn:type>Account</urn:type>"
                   "<urn:fieldsToNull>Industry</urn:fieldsToNull><urn:fieldsToNull>Site"
                   f"</urn:fieldsToNull><urn:Id>{JANE[:15]}</urn:Id><urn:Name>Jane</urn:Name>"
                   "</soapenv:sObjects></soapenv:update>")
        self.assertEqual(
            self.said(request, ODD),
            f"<updateResponse><result><id>{JANE}</id><success>true</success></result>"
            "</updateResponse>")
        self.assertEqual(self.names(f"SELECT Name FROM Account WHERE Id = '{JANE}'"), ["Jane"])

    def test_upsert(self):
        request = ("<urn:upsert><urn:externalIDFieldName>External__c</urn:externalIDFieldName>"
                   "<urn:sObjects><urn1:type>Kind__c</urn1:type><urn1:Name>New</urn1:Name>"
                   "<urn1:External__c>K-9</urn1:External__c></urn:sObjects><urn:sObjects>"
                   "<urn1:type>Kind__c</urn1:type><urn1:Name>Old</urn1:Name><urn1:External__c>k-1"
                   "</urn1:External__c></urn:sObjects><urn:sObjects><urn1:type>Kind__c</urn1:type>"
                   "<urn1:External__c>TWIN</urn1:External__c></urn:sObjects></urn:upsert>")
        self.assertEqual(
            self.said(request),
            "<upsertResponse><result><created>true</created><id>a000600003AAAAFAA5</id><success>"
            "true</success></result><result><created>false</created><id>a000600003AAAABAA5</id>"
            "<success>true</success></result><result><created>false</created><errors><fields>"
            "External__c</fields><message>External__c: more than one record found for external id "
            "field: [a000600003AAAADAA5, a000600003AAAAEAA5]</message><statusCode>"
            'DUPLICATE_EXTERNAL_ID</statusCode></errors><id xsi:nil="true"/><success>false'
            "</success></result></upsertResponse>")

    def test_delete(self):
        request = ('<delete xmlns="urn:partner.soap.sforce.com"><ids>' +
                   f"{JANE}</ids><ids>{JANE}</ids><ids>short</ids></delete>")
        self.assertEqual(
            self.said(request, DEFAULTED),
            f"<deleteResponse><result><id>{JANE}</id><success>true</success></result><result>"
            "<errors><message>entity is deleted</message><statusCode>ENTITY_IS_DELETED"
            '</statusCode></errors><id xsi:nil="true"/><success>false</success></result><result>'
            "<errors><fields>Id</fields><message>bad id short</message><statusCode>MALFORMED_ID"
            '</statusCode></errors><id xsi:nil="true"/><success>false</success></result>'
            "</deleteResponse>")

    def test_undelete(self):
        self.said(f"<urn:delete><urn:ids>{JANE}</urn:ids></urn:delete>")
        self.assertEqual(
            self.said(f"<urn:undelete><urn:ids>{JANE}</urn:ids><urn:ids>{JOHN}</urn:ids>"
                      "</urn:undelete>"),
            f"<undeleteResponse><result><id>{JANE}</id><success>true</success></result><result>"
            "<errors><message>Entity is not in the recycle bin</message><statusCode>UNDELETE_FAILED"
            '</statusCode></errors><id xsi:nil="true"/><success>false</success></result>'
            "</undeleteResponse>")
        self.assertEqual(self.names(f"SELECT Name FROM Attachment WHERE ParentId = '{JANE}'"),
                         ["hello.txt"])

    def test_emptyRecycleBin(self):
        self.said(f"<urn:delete><urn:ids>{JANE}</urn:ids></urn:delete>")
        self.assertEqual(
            self.said(f"<soapenv:emptyRecycleBin><soapenv:ids>{JANE}</soapenv:ids>"
                      f"<soapenv:ids>{JOHN}</soapenv:ids></soapenv:emptyRecycleBin>", ODD),
            f"<emptyRecycleBinResponse><result><id>{JANE}</id><success>true</success></result>"
            "<result><errors><message>Entity is not in the recycle bin</message><statusCode>"
            'DELETE_FAILED</statusCode></errors><id xsi:nil="true"/><success>false</success>'
            "</result></emptyRecycleBinResponse>")
        self.assertIn("INVALID_CROSS_REFERENCE_KEY", self.said(
            f"<urn:undelete><urn:ids>{JANE}</urn:ids></urn:undelete>"))

    def test_getDeleted(self):
        self.said(f"<urn:delete><urn:ids>{JANE}</urn:ids></urn:delete>")
        request = ('<getDeleted xmlns="urn:partner.soap.sforce.com"><sObjectType>account'
                   "</sObjectType><startDate>2026-11-20T00:00:00+01:00</startDate><endDate>"
                   "2026-11-22T00:00:00.000Z</endDate></getDeleted>")
        self.assertEqual(
            self.said(request, DEFAULTED),
            "<getDeletedResponse><result><deletedRecords><deletedDate>2026-11-21T11:00:01.000Z"
            f"</deletedDate><id>{JANE}</id></deletedRecords><earliestDateAvailable>"
            "2026-11-06T11:00:01.000Z</earliestDateAvailable><latestDateCovered>"
            "2026-11-21T11:00:01.000Z</latestDateCovered></result></getDeletedResponse>")

    def test_getUpdated(self):
        self.said("<urn:update><urn:sObjects><urn1:type>Account</urn1:type>"
                  f"<urn1:Id>{JOHN}</urn1:Id><urn1:Site>x</urn1:Site></urn:sObjects></urn:update>")
        self.assertEqual(
            self.said("<urn:getUpdated><urn:sObjectType>Account</urn:sObjectType><urn:startDate>"
                      "2026-11-21T10:00:00Z</urn:startDate><urn:endDate>2026-11-21T11:30:00Z"
                      "</urn:endDate></urn:getUpdated>"),
            f"<getUpdatedResponse><result><ids>{JOHN}</ids><latestDateCovered>"
            "2026-11-21T11:00:01.000Z</latestDateCovered></result></getUpdatedResponse>")

    def test_convertLead(self):
        self.assertEqual(
            self.said(f"<urn:convertLead>{lead_convert()}{lead_convert()}</urn:convertLead>"),
            "<convertLeadResponse><result><accountId>0010600002BpRZDAA3</accountId><contactId>"
            f"0030600003AAAAVAA5</contactId><leadId>{LEAD}</leadId><opportunityId>"
            "0060600003AAAAVAA5</opportunityId><success>true</success></result><result><accountId "
            'xsi:nil="true"/><contactId xsi:nil="true"/><errors><message>This lead has already '
            "been converted.</message><statusCode>CANNOT_UPDATE_CONVERTED_LEAD</statusCode>"
            f'</errors><leadId>{LEAD}</leadId><opportunityId xsi:nil="true"/><success>false'
            "</success></result></convertLeadResponse>")
        lead = self.query("SELECT Status, IsConverted, ConvertedDate, ConvertedAccount.Name FROM "
                          f"Lead WHERE Id = '{LEAD}'")
        self.assertIn("<sf:Status>Closed - Converted</sf:Status><sf:IsConverted>true"
                      "</sf:IsConverted><sf:ConvertedDate>2026-11-21</sf:ConvertedDate>",
                      lead.body)

    def test_merge(self):
        self.said("<urn:update><urn:sObjects><urn1:type>Contact</urn1:type>"
                  f"<urn1:Id>0030600003AAAABAA5</urn1:Id><urn1:AccountId>{JOHN}</urn1:AccountId>"
                  "</urn:sObjects></urn:update>")
        self.service.calls.store.records["Attachment"].clear()
        for name in ("Contact", "Opportunity"):
            for record in self.service.calls.store.records[name].values():
                if record["AccountId"] == JOHN and record["Id"] != "0030600003AAAABAA5":
                    record["AccountId"] = None
        request = ('<merge xmlns="urn:partner.soap.sforce.com" xmlns:s="urn:sobject.partner.soap.'
                   'sforce.com"><request><additionalInformationMap><name>n</name><value>v</value>'
                   "</additionalInformationMap><masterRecord><s:type>Account</s:type>"
                   "<s:fieldsToNull>Site</s:fieldsToNull>"
                   f"<s:Id>{JANE}</s:Id><s:Name>Both</s:Name></masterRecord><recordToMergeIds>"
                   f"{JOHN}</recordToMergeIds></request><request><masterRecord><s:type>User"
                   f"</s:type><s:Id>{ADA}</s:Id></masterRecord><recordToMergeIds>{BOB}"
                   "</recordToMergeIds></request></merge>")
        self.assertEqual(
            self.said(request, DEFAULTED),
            f"<mergeResponse><result><id>{JANE}</id><mergedRecordIds>{JOHN}</mergedRecordIds>"
            "<success>true</success><updatedRelatedIds>0030600003AAAABAA5</updatedRelatedIds>"
            "</result><result><errors><message>entity type User does not support merge</message>"
            f"<statusCode>INVALID_TYPE_FOR_OPERATION</statusCode></errors><id>{ADA}</id><success>"
            "false</success></result></mergeResponse>")
        merged = self.query("SELECT Name, MasterRecordId, IsDeleted FROM Account WHERE Id = "
                            f"'{JOHN}'", "queryAll")
        self.assertIn(f"<sf:MasterRecordId>{JANE}</sf:MasterRecordId><sf:IsDeleted>true",
                      merged.body)

    def test_process(self):
        deal = self.query("SELECT Id FROM Opportunity WHERE Amount != null LIMIT 1").texts(
            "result", "records", "Id")[0]
        submit = ('<urn:actions xsi:type="urn:ProcessSubmitRequest"><urn:comments>please'
                  f"</urn:comments><urn:objectId>{deal}</urn:objectId><urn:submitterId "
                  'xsi:nil="true"/><urn:processDefinitionNameOrId xsi:nil="true"/>'
                  '<urn:skipEntryCriteria xsi:nil="1"/></urn:actions>')
        self.assertEqual(
            self.said(f"<urn:process>{submit}{submit}</urn:process>"),
            f"<processResponse><result><actorIds>{EVE}</actorIds><entityId>{deal}</entityId>"
            "<instanceId>04g0600003AAAABAA5</instanceId><instanceStatus>Pending</instanceStatus>"
            "<newWorkitemIds>04i0600003AAAABAA5</newWorkitemIds><success>true</success></result>"
            f"<result><entityId>{deal}</entityId><errors><message>This record is currently in an "
            "approval process. A record can be in only one approval process at a time.</message>"
            '<statusCode>ALREADY_IN_PROCESS</statusCode></errors><instanceId xsi:nil="true"/>'
            '<instanceStatus xsi:nil="true"/><success>false</success></result></processResponse>')
        request = ('<process xmlns="urn:partner.soap.sforce.com"><actions xsi:type='
                   '"ProcessWorkitemRequest"><comments xsi:nil="true"/><action>Approve</action>'
                   "<workitemId>04i0600003AAAABAA5</workitemId></actions></process>")
        self.assertEqual(
            self.said(request, DEFAULTED),
            f"<processResponse><result><entityId>{deal}</entityId><instanceId>04g0600003AAAABAA5"
            "</instanceId><instanceStatus>Approved</instanceStatus><success>true</success>"
            "</result></processResponse>")

    def test_query(self):
        self.assertEqual(
            self.said("<soapenv:query><soapenv:queryString>SELECT Id, Name, AnnualRevenue, "
                      "Industry, (SELECT Name FROM Attachments) FROM Account WHERE Id = "
                      f"'{JANE}'</soapenv:queryString></soapenv:query>", ODD),
            '<queryResponse><result><done>true</done><queryLocator xsi:nil="true"/><records '
            f'xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id>{JANE}</sf:Id><sf:Id>{JANE}'
            '</sf:Id><sf:Name>Jane Smith</sf:Name><sf:AnnualRevenue xsi:nil="true"/><sf:Industry '
            'xsi:nil="true"/><sf:Attachments xsi:type="QueryResult"><done>true</done>'
            '<queryLocator xsi:nil="true"/><records xsi:type="sf:sObject"><sf:type>Attachment'
            '</sf:type><sf:Id xsi:nil="true"/><sf:Name>hello.txt</sf:Name></records><size>1</size>'
            "</sf:Attachments></records><size>1</size></result></queryResponse>")

    def test_queryAll(self):
        self.said(f"<urn:delete><urn:ids>{JANE}</urn:ids></urn:delete>")
        self.assertEqual(
            self.said("<urn:queryAll><urn:queryString>SELECT IsDeleted FROM Account WHERE Id = "
                      f"'{JANE}'</urn:queryString></urn:queryAll>"),
            '<queryAllResponse><result><done>true</done><queryLocator xsi:nil="true"/><records '
            'xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id xsi:nil="true"/>'
            "<sf:IsDeleted>true</sf:IsDeleted></records><size>1</size></result>"
            "</queryAllResponse>")
        self.assertEqual(self.names(f"SELECT Name FROM Account WHERE Id = '{JANE}'"), [])

    def test_queryMore(self):
        self.service = self.serve("--batch", "2")
        first = self.query("SELECT MasterLabel FROM LeadStatus")
        locator = first.texts("result", "queryLocator")[0]
        self.assertRegex(locator, r"^01g\w{15}-2$")
        self.assertEqual(first.texts("result", "size"), ["3"])
        self.assertEqual(
            self.said(f'<queryMore xmlns="urn:partner.soap.sforce.com"><queryLocator>{locator}'
                      "</queryLocator></queryMore>", DEFAULTED),
            '<queryMoreResponse><result><done>true</done><queryLocator xsi:nil="true"/><records '
            'xsi:type="sf:sObject"><sf:type>LeadStatus</sf:type><sf:Id xsi:nil="true"/>'
            "<sf:MasterLabel>Closed - Converted</sf:MasterLabel></records><size>3</size></result>"
            "</queryMoreResponse>")

    def test_retrieve(self):
        self.assertEqual(
            self.said("<urn:retrieve><urn:fieldList>Id, name,BodyLength, Body</urn:fieldList>"
                      "<urn:sObjectType>Attachment</urn:sObjectType>"
                      f"<urn:ids>00P0600003AAAZZEA5</urn:ids><urn:ids>{HELLO[:15]}</urn:ids>"
                      "</urn:retrieve>"),
            '<retrieveResponse><result xsi:nil="true"/><result xsi:type="sf:sObject"><sf:type>'
            f"Attachment</sf:type><sf:Id>{HELLO}</sf:Id><sf:Id>{HELLO}</sf:Id><sf:Name>hello.txt"
            "</sf:Name><sf:BodyLength>5</sf:BodyLength><sf:Body>aGVsbG8=</sf:Body></result>"
            "</retrieveResponse>")

    def test_search(self):
        self.assertEqual(
            self.said("<soapenv:search><soapenv:searchString>FIND {jane AND NOT doe} IN NAME "
                      "FIELDS RETURNING Account(Name), Contact</soapenv:searchString>"
                      "</soapenv:search>", ODD),
            "<searchResponse><result><queryId>dossier-search</queryId><searchRecords><record "
            'xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id xsi:nil="true"/><sf:Name>Jane '
            "Smith</sf:Name></record></searchRecords></result></searchResponse>")

    def test_getServerTimestamp(self):
        self.assertEqual(
            self.said('<getServerTimestamp xmlns="urn:partner.soap.sforce.com"/>', DEFAULTED),
            "<getServerTimestampResponse><result><timestamp>2026-11-21T11:00:00.000Z</timestamp>"
            "</result></getServerTimestampResponse>")

    def test_getUserInfo(self):
        self.assertEqual(self.said("<urn:getUserInfo></urn:getUserInfo>"),
                         f"<getUserInfoResponse><result>{USER_INFO}</result></getUserInfoResponse>")

    def test_sendEmail(self):
        request = (
            '<urn:sendEmail><urn:messages xsi:type="urn:SingleEmailMessage"><urn:bccSender '
            'xsi:nil="true"/><urn:emailPriority>High</urn:emailPriority><urn:replyTo '
            'xsi:nil="true"/><urn:saveAsActivity>false</urn:saveAsActivity><urn:senderDisplayName '
            'xsi:nil="true"/><urn:subject>Hi</urn:subject><urn:useSignature>0</urn:useSignature>'
            '<urn:ccAddresses>c@example.com</urn:ccAddresses><urn:charset xsi:nil="true"/>'
            '<urn:htmlBody xsi:nil="true"/><urn:optOutPolicy xsi:nil="true"/><urn:plainTextBody>'
            'Hello</urn:plainTextBody><urn:targetObjectId xsi:nil="true"/><urn:templateId '
            'xsi:nil="true"/><urn:toAddresses>a@example.com</urn:toAddresses>'
            '<urn:treatBodiesAsTemplate xsi:nil="true"/><urn:treatTargetObjectAsRecipient '
            'xsi:nil="true"/><urn:whatId xsi:nil="true"/></urn:messages>'
            '<urn:messages xsi:type="urn:MassEmailMessage"><urn:bccSender xsi:nil="true"/>'
            '<urn:emailPriority xsi:nil="true"/><urn:replyTo xsi:nil="true"/><urn:saveAsActivity '
            'xsi:nil="true"/><urn:senderDisplayName xsi:nil="true"/><urn:subject xsi:nil="true"/>'
            '<urn:useSignature xsi:nil="true"/><urn:description xsi:nil="true"/><urn:templateId>'
            "00X0600003AAAABEA5</urn:templateId></urn:messages></urn:sendEmail>")
        self.assertEqual(
            self.said(request),
            "<sendEmailResponse><result><success>true</success></result><result><errors><fields>"
            "targetObjectIds</fields><message>Missing targetObjectIds</message><statusCode>"
            'REQUIRED_FIELD_MISSING</statusCode><targetObjectId xsi:nil="true"/></errors><success>'
            "false</success></result></sendEmailResponse>")

    def test_setPassword(self):
        self.assertEqual(
            self.said(f'<setPassword xmlns="urn:partner.soap.sforce.com"><userId>{ADA}</userId>'
                      "<password>fresh-pass-22</password></setPassword>", DEFAULTED),
            "<setPasswordResponse><result/></setPasswordResponse>")
        self.assertEqual(self.service.calls.password, "fresh-pass-22")

    def test_resetPassword(self):
        self.assertEqual(
            self.said(f"<soapenv:resetPassword><soapenv:userId>{BOB}</soapenv:userId>"
                      "</soapenv:resetPassword>", ODD),
            "<resetPasswordResponse><result><password>Fresh0001word</password></result>"
            "</resetPasswordResponse>")
        self.assertEqual(self.service.calls.password, "force-pass-1")


USER_INFO = (
    "<accessibilityMode>false</accessibilityMode><chatterExternal>false</chatterExternal>"
    "<currencySymbol>€</currencySymbol><orgAttachmentFileSizeLimit>26214400"
    "</orgAttachmentFileSizeLimit><orgDefaultCurrencyIsoCode>EUR</orgDefaultCurrencyIsoCode>"
    '<orgDefaultCurrencyLocale xsi:nil="true"/><orgDisallowHtmlAttachments>false'
    "</orgDisallowHtmlAttachments><orgHasPersonAccounts>false</orgHasPersonAccounts>"
    "<organizationId>00D7S0000000001UAA</organizationId><organizationMultiCurrency>false"
    "</organizationMultiCurrency><organizationName>Dossier Test &amp; Sons</organizationName>"
    '<profileId>00e7S0000000001QAA</profileId><roleId xsi:nil="true"/><sessionSecondsValid>7200'
    '</sessionSecondsValid><userDefaultCurrencyIsoCode xsi:nil="true"/><userEmail>'
    "user0@example.com</userEmail><userFullName>Ada Admin</userFullName><userId>"
    "0057S000000WzYEQA0</userId><userLanguage>en_US</userLanguage><userLocale>en_GB</userLocale>"
    "<userName>user0@example.com</userName><userTimeZone>Europe/Berlin</userTimeZone><userType>"
    "Standard</userType><userUiSkin>Theme3</userUiSkin>")


def lead_convert(**values):
    """A LeadConvert of 17 elements, nil where nothing is given."""
    given = {"convertedStatus": "Closed - Converted", "doNotCreateOpportunity": "false",
             "leadId": LEAD, "overwriteLeadSource": "false", "sendNotificationEmail": "false",
             **values}
    return "<urn:leadConverts>" + "".join(
        f"<urn:{name}>{given[name]}</urn:{name}>" if given.get(name) is not None else
        f'<urn:{name} xsi:nil="true"/>' for name in (
            "accountId", "accountRecord", "bypassAccountDedupeCheck", "bypassContactDedupeCheck",
            "contactId", "contactRecord", "convertedStatus", "doNotCreateOpportunity", "leadId",
            "opportunityId", "opportunityName", "opportunityRecord", "overwriteLeadSource",
            "ownerId", "relatedPersonAccountId", "relatedPersonAccountRecord",
            "sendNotificationEmail")) + "</urn:leadConverts>"


class Describes(Soap):
    """The describe calls: their replies are long, so that it is parts that are held here."""

    def test_describeGlobal(self):
        reply = self.ask("<urn:describeGlobal/>")
        self.assertEqual(reply.texts("result", "sobjects", "name"), [
            "Account", "Contact", "Opportunity", "Lead", "User", "Group", "Attachment", "Kind__c",
            "RecordType", "LeadStatus", "ProcessDefinition", "ProcessInstance",
            "ProcessInstanceWorkitem", "EmailTemplate"])
        self.assertTrue(reply.body.startswith(
            "<describeGlobalResponse><result><encoding>UTF-8</encoding><maxBatchSize>200"
            "</maxBatchSize><sobjects><activateable>false</activateable><associateEntityType "
            'xsi:nil="true"/><associateParentEntity xsi:nil="true"/><createable>true</createable>'),
            reply.body[:600])

    def test_describeSObjects(self):
        reply = self.ask('<describeSObjects xmlns="urn:partner.soap.sforce.com"><sObjectType>'
                         "kind__c</sObjectType><sObjectType>Account</sObjectType>"
                         "</describeSObjects>", DEFAULTED)
        self.assertEqual(reply.texts("result", "name"), ["Kind__c", "Account"])
        self.assertEqual(set(reply.texts("result", "fields", "type")), {
            "id", "string", "textarea", "picklist", "multipicklist", "combobox", "reference",
            "boolean", "currency", "int", "double", "percent", "phone", "date", "datetime", "time",
            "url", "email", "encryptedstring", "base64", "long", "location", "anyType", "address"})
        self.assertIn("<picklistValues><active>true</active><defaultValue>false</defaultValue>"
                      "<label>Tuscany</label><validFor>AIAA</validFor><value>Tuscany</value>"
                      "</picklistValues>", reply.body)
        self.assertIn("<soapType>tns:ID</soapType>", reply.body)
        self.assertIn('<defaultValue xsi:type="xsd:boolean">false</defaultValue>', reply.body)
        self.assertIn("Partner account", reply.texts("result", "recordTypeInfos", "name"))

    def test_describeSObject(self):
        reply = self.ask("<soapenv:describeSObject><soapenv:sObjectType>Lead</soapenv:sObjectType>"
                         "</soapenv:describeSObject>", ODD)
        self.assertEqual(reply.texts("result", "labelPlural"), ["Leads"])
        self.assertIn("IsConverted", reply.texts("result", "fields", "name"))

    def test_describeLayout(self):
        reply = self.ask("<urn:describeLayout><urn:sObjectType>Account</urn:sObjectType>"
                         '<urn:layoutName xsi:nil="true"/></urn:describeLayout>')
        self.assertEqual(reply.texts("result", "layouts", "detailLayoutSections", "heading"), [
            "Account Information", "Address Information", "Description Information",
            "System Information"] * 2)
        self.assertIn(
            "<layoutItems><editableForNew>true</editableForNew><editableForUpdate>true"
            "</editableForUpdate><label>Name</label><layoutComponents><displayLines>1"
            "</displayLines><tabOrder>1</tabOrder><type>Field</type><value>Name</value>"
            "</layoutComponents><placeholder>false</placeholder><required>true</required>"
            "</layoutItems>", reply.body)
        self.assertEqual(reply.texts("result", "recordTypeMappings", "name"),
                         ["Partner account", "Customer account", "Master"])
        self.assertEqual(reply.texts("result", "layouts", "relatedLists", "name")[:3],
                         ["ChildAccounts", "Contacts", "Opportunities"])
        one = self.ask("<urn:describeLayout><urn:sObjectType>Account</urn:sObjectType>"
                       '<urn:layoutName xsi:nil="true"/><urn:recordTypeIds>0127S0000000001'
                       "</urn:recordTypeIds></urn:describeLayout>")
        self.assertEqual(one.texts("result", "recordTypeMappings", "name"), ["Partner account"])
        self.assertEqual([text for text in one.texts(
            "result", "recordTypeMappings", "picklistsForRecordType", "picklistValues", "value")
            if text in ("Energy", "Banking", "Media", "Retail")], ["Energy", "Banking"])

    def test_describeTabs(self):
        reply = self.ask("<soapenv:describeTabs/>", ODD)
        self.assertEqual(reply.texts("result", "label"), ["Sales", "Everything"])
        self.assertEqual(reply.texts("result", "tabs", "sobjectName")[:3],
                         [None, "Account", "Contact"])

    def test_describeSoftphoneLayout(self):
        reply = self.ask('<describeSoftphoneLayout xmlns="urn:partner.soap.sforce.com"/>',
                         DEFAULTED)
        self.assertEqual(reply.texts("result", "callTypes", "name"),
                         ["Inbound", "Outbound", "Internal"])
        self.assertEqual(reply.texts("result", "name"), ["Standard Softphone Layout"])


if __name__ == "__main__":
    unittest.main()
