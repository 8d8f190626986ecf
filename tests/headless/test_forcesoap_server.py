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
    for name, value in {"Content_Type": "text/xml; charset=UTF-8", "SOAPAction": '""',
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
            '<queryResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/><records '
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
            '<queryAllResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/><records '
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
            '<queryMoreResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/><records '
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


class Refusing(Soap):
    """What a client must not send, each thing once."""

    def client(self, words, body, **more):
        return self.refused("soapenv:Client", words, None, body, **more)

    def test_http(self):
        message = envelope("<urn:getUserInfo/>")
        for wrong, status in (({"path": "/services/Soap/c/58.0"}, 404), ({"method": "GET"}, 405),
                              ({"path": "/services/Soap/u/58"}, 404),
                              ({"Content_Type": "application/soap+xml"}, 415)):
            with self.subTest(**wrong):
                self.assertEqual(post(self.service, message, **wrong).status, status)
        reply = self.client("SOAPAction HTTP header missing", "<urn:getUserInfo/>",
                            SOAPAction=None)
        self.assertNotIn("<detail>", reply.text)
        self.said("<urn:getUserInfo/>", SOAPAction="getUserInfo")  # any value does

    def test_versions(self):
        for version, words in (("30.0", "retired"), ("67.0", "Invalid Api version"),
                               ("58.1", "Invalid Api version")):
            self.refused("sf:UNSUPPORTED_API_VERSION", words, "UnexpectedErrorFault",
                         "<urn:getUserInfo/>", path=f"/services/Soap/u/{version}/00D7S0000000001")
        self.refused("soapenv:Client", "No operation available for request "
                     "{urn:partner.soap.sforce.com}login", None, LOGIN_CALL, session=None,
                     path="/services/Soap/u/65.0")

    def test_what_is_not_well_formed(self):
        for message in ("", "<a>", "no XML", envelope("<urn:getUserInfo>"),
                        envelope("<nobody:getUserInfo/>"), envelope("<urn:getUserInfo/>") + "x"):
            with self.subTest(message=message[:40]):
                answer = post(self.service, message)
                self.assertEqual((answer.status, Reply(500, answer.body).fault[0]),
                                 (500, "sf:UNKNOWN_EXCEPTION"))

    def test_a_doctype(self):
        message = '<!DOCTYPE a [<!ENTITY b "c">]>' + envelope("<urn:getUserInfo/>", DEFAULTED)
        self.assertIn("DOCTYPE", Reply(500, post(self.service, message).body).fault[1])

    def test_the_envelope(self):
        good = envelope("<urn:getUserInfo/>")
        for old, new, words, code in (
                (SOAP, "http://www.w3.org/2003/05/soap-envelope", "2003", "VersionMismatch"),
                ("soapenv:Envelope", "soapenv:Letter", "Letter", "Client"),
                ("soapenv:Body", "soapenv:Trunk", "Body missing", "Client"),
                ("soapenv:Body", "urn:Body", "Body missing", "Client"),
                ("<urn:getUserInfo/>", "", "one element", "Client"),
                ("<urn:getUserInfo/>", "<urn:getUserInfo/><urn:getUserInfo/>", "one", "Client"),
                ("<urn:getUserInfo/>", "text<urn:getUserInfo/>", "text", "Client"),
                ("</soapenv:Body>", "</soapenv:Body><soapenv:Header/>", "Header", "Client"),
                ("<soapenv:Header>", "<soapenv:Header>text", "text", "Client"),
                ("<urn:getUserInfo/>", "<urn1:getUserInfo/>", "No operation available for request "
                 "{urn:sobject.partner.soap.sforce.com}getUserInfo", "Client"),
                ("<urn:getUserInfo/>", '<urn:getUserInfo a="b"/>', "Attribute", "Client"),
                ("<urn:getUserInfo/>", "<urn:getUserInfo>x</urn:getUserInfo>", "text", "Client"),
                ("<urn:getUserInfo/>", "<urn:describeNothing/>", "No operation", "Client"),
                ("<urn:getUserInfo/>", "<getUserInfo/>", "{}getUserInfo", "Client")):
            with self.subTest(new=new):
                answer = post(self.service, good.replace(old, new))
                code_found, words_found, kind = Reply(500, answer.body).fault
                self.assertEqual((answer.status, code_found, kind),
                                 (500, f"soapenv:{code}", None))
                self.assertIn(words, words_found)

    def test_headers(self):
        batch = "<urn:QueryOptions><urn:batchSize>200</urn:batchSize></urn:QueryOptions>"
        query = "<urn:query><urn:queryString>SELECT Id FROM Lead</urn:queryString></urn:query>"
        self.said(query, headers=batch)
        self.said(query, headers='<x:Other xmlns:x="urn:x"/>')
        for headers, words in (
                (batch + batch, "twice"), ("<urn:NoHeader/>", "not known"),
                ("<urn:AllOrNoneHeader><urn:allOrNone>true</urn:allOrNone></urn:AllOrNoneHeader>",
                 "not for the call query"),
                ("<urn:QueryOptions><urn:size>200</urn:size></urn:QueryOptions>", "invalid at"),
                ("<urn:QueryOptions><batchSize>200</batchSize></urn:QueryOptions>", "invalid at"),
                (batch.replace("200", "many"), "not a valid value for the type xsd:int"),
                ("<urn:CallOptions><urn:defaultNamespace>x</urn:defaultNamespace><urn:client>y"
                 "</urn:client></urn:CallOptions>", "invalid at")):
            with self.subTest(headers=headers):
                self.client(words, query, headers=headers)
        self.refused("soapenv:MustUnderstand", "not understood", None, query, headers=(
            '<x:Other xmlns:x="urn:x" soapenv:mustUnderstand="1"/>'))
        for size in ("199", "2001"):
            self.refused("sf:INVALID_BATCH_SIZE", size, "UnexpectedErrorFault", query,
                         headers=batch.replace("200", size))
        self.client("EmailHeader", "<urn:create/>", headers=(
            "<urn:EmailHeader><urn:triggerUserEmail>true</urn:triggerUserEmail></urn:EmailHeader>"))

    def test_elements_and_their_order(self):
        retrieve = ("<urn:retrieve><urn:fieldList>Id</urn:fieldList><urn:sObjectType>Lead"
                    "</urn:sObjectType></urn:retrieve>")
        self.said(retrieve)
        for body, words in (
                ("<urn:retrieve><urn:sObjectType>Lead</urn:sObjectType><urn:fieldList>Id"
                 "</urn:fieldList></urn:retrieve>", "sObjectType invalid at this location"),
                (retrieve.replace("urn:fieldList", "urn1:fieldList"), "fieldList invalid"),
                (retrieve.replace("</urn:retrieve>", "<urn:more/></urn:retrieve>"), "more invalid"),
                (retrieve.replace("<urn:sObjectType>Lead</urn:sObjectType>", ""),
                 "sObjectType is missing"),
                (retrieve.replace(">Id<", "><b/><"), "invalid at this location"),
                ('<urn:query><urn:queryString xsi:nil="true"/></urn:query>', "must not be nil"),
                ('<urn:query><urn:queryString xsi:nil="maybe"/></urn:query>', "xsi:nil"),
                ('<urn:query><urn:queryString xsi:nil="true">x</urn:queryString></urn:query>',
                 "nil and has content"),
                ('<urn:query><urn:queryString a="b">x</urn:queryString></urn:query>', "Attribute"),
                ('<urn:query><urn:queryString xsi:type="xsd:int">x</urn:queryString></urn:query>',
                 "prefix 'xsd'"),
                ("<urn:undelete/>", "ids is missing"),
                ("<urn:queryMore>" + "<urn:queryLocator>x</urn:queryLocator>" * 2 +
                 "</urn:queryMore>", "queryLocator invalid"),
                ("<urn:getUpdated><urn:sObjectType>Lead</urn:sObjectType><urn:startDate>"
                 "0001-01-01T00:00:00+14:00</urn:startDate><urn:endDate>2026-11-21T00:00:00Z"
                 "</urn:endDate></urn:getUpdated>", "0001-01-01"),
                ("<urn:getUpdated><urn:sObjectType>Lead</urn:sObjectType><urn:startDate>yesterday"
                 "</urn:startDate><urn:endDate>2026-11-21T00:00:00Z</urn:endDate></urn:getUpdated>",
                 "'yesterday' is not a valid value for the type xsd:dateTime"),
                ("<urn:describeLayout><urn:sObjectType>Lead</urn:sObjectType></urn:describeLayout>",
                 "layoutName is missing")):
            with self.subTest(body=body):
                self.client(words, body)

    def test_lead_convert_has_all_its_elements(self):
        for name in re.findall(r"<urn:(\w+)", lead_convert())[1:]:
            short = re.sub(rf"<urn:{name}( xsi:nil=\"true\"/>|>[^<]*</urn:{name}>)", "",
                           lead_convert())
            with self.subTest(name=name):
                reply = self.ask(f"<urn:convertLead>{short}</urn:convertLead>")
                self.assertEqual(reply.fault[0], "soapenv:Client", short)
        swapped = re.sub(r"(<urn:accountId [^>]*>)(<urn:accountRecord [^>]*>)", r"\2\1",
                         lead_convert())
        self.client("invalid at", f"<urn:convertLead>{swapped}</urn:convertLead>")

    def test_elements_that_an_older_version_lacks(self):
        newer = ("accountRecord|bypassAccountDedupeCheck|bypassContactDedupeCheck|contactRecord|"
                 "opportunityId|opportunityRecord|relatedPersonAccountId|relatedPersonAccountRecord")
        short = re.sub(rf"<urn:({newer})( xsi:nil=\"true\"/>|>[^<]*</urn:\1>)", "", lead_convert())
        path = HOME.replace("58.0", "38.0")
        self.client("accountRecord invalid at", f"<urn:convertLead>{lead_convert()}"
                    "</urn:convertLead>", path=path)
        self.said(f"<urn:convertLead>{short}</urn:convertLead>", path=path)

    def test_what_needs_a_type(self):
        action = ("<urn:actions{}><urn:comments>x</urn:comments><urn:action>Approve</urn:action>"
                  "<urn:workitemId>04i0600003AAAABAA5</urn:workitemId></urn:actions>")
        for type_ in ("", ' xsi:type="urn:ProcessRequest"', ' xsi:type="ProcessWorkitemRequest"',
                      ' xsi:type="urn1:ProcessWorkitemRequest"'):
            self.client("xsi:type", f"<urn:process>{action.format(type_)}</urn:process>")
        self.client("action invalid at", "<urn:process>" + action.format(
            ' xsi:type="urn:ProcessSubmitRequest"') + "</urn:process>")
        self.client("xsi:type", "<urn:sendEmail><urn:messages/></urn:sendEmail>")

    def test_the_order_of_a_record(self):
        def record(inner):
            return f"<urn:update><urn:sObjects>{inner}</urn:sObjects></urn:update>"
        type_, identity = "<urn1:type>Account</urn1:type>", f"<urn1:Id>{JANE}</urn1:Id>"
        null, name = "<urn1:fieldsToNull>Site</urn1:fieldsToNull>", "<urn1:Name>x</urn1:Name>"
        self.said(record(type_ + null + identity + name))
        for inner, words in (
                (identity + type_, "type invalid"), (type_ + identity + null, "fieldsToNull"),
                (type_ + name + identity, "Id invalid"), (type_ * 2, "type invalid"),
                (type_ + identity * 2, "Id invalid"), (type_ + identity + name * 2, "Duplicate"),
                (type_ + identity + name.replace("urn1", "urn"), "Name invalid"),
                (type_.replace("urn1", "urn") + identity, "type invalid"),
                (type_ + identity + '<urn1:Name a="b">x</urn1:Name>', "Attribute"),
                (type_ + identity + '<urn1:Name xmlns:x="http://www.w3.org/2001/XMLSchema" '
                 'xsi:type="x:date">x</urn1:Name>', "not a valid value for the type xsd:date"),
                (type_ + identity + '<urn1:Name xmlns:x="http://www.w3.org/2001/XMLSchema" '
                 'xsi:type="x:word">x</urn1:Name>', "not known")):
            with self.subTest(inner=inner):
                self.client(words, record(inner))
        for inner, code, kind, words in (
                (identity + name, "INVALID_TYPE", "InvalidSObjectFault", "Missing entity type"),
                ("<urn1:type>sObject</urn1:type>", "INVALID_TYPE", "InvalidSObjectFault",
                 "Must send a concrete entity type."),
                ("<urn1:type>Contacts</urn1:type>", "INVALID_TYPE", "InvalidSObjectFault",
                 "'Contacts' is not supported"),
                (type_ + identity + "<urn1:Nam>x</urn1:Nam>", "INVALID_FIELD",
                 "InvalidFieldFault", "No such column 'Nam' on entity 'Account'"),
                (type_ + null.replace("Site", "Sit") + identity, "INVALID_FIELD",
                 "InvalidFieldFault", "No such column 'Sit'"),
                (type_ + null + identity + "<urn1:site>x</urn1:site>", "INVALID_FIELD",
                 "InvalidFieldFault", "is in fieldsToNull"),
                (type_ + identity + '<urn1:Site xsi:nil="true"/>', "INVALID_FIELD",
                 "InvalidFieldFault", "by fieldsToNull")):
            with self.subTest(inner=inner):
                self.refused(f"sf:{code}", words, kind, record(inner))

    def test_exactly_the_schema(self):
        self.service = self.serve("--exact")
        record = "<urn:create><urn:sObjects><urn1:type>Account</urn1:type>{}<urn1:Name>x" \
            "</urn1:Name></urn:sObjects></urn:create>"
        self.said(record.format('<urn1:Id xsi:nil="true"/>'))
        self.said("<urn:getUserInfo/>")
        self.said(lead_convert().join(("<urn:convertLead>", "</urn:convertLead>")))
        self.client("Id is missing", record.format(""))
        self.client("'x' is not a valid value", record.format("<urn1:Id>x</urn1:Id>"))
        self.client("type is missing", record.format('<urn1:Id xsi:nil="true"/>').replace(
            "<urn1:type>Account</urn1:type>", ""))
        for body in (f"<urn:delete><urn:ids>{JANE[:15]}</urn:ids></urn:delete>",
                     lead_convert(leadId=LEAD[:15]).join(("<urn:convertLead>",
                                                         "</urn:convertLead>")),
                     '<urn:process><urn:actions xsi:type="urn:ProcessWorkitemRequest">'
                     "<urn:comments/><urn:action>Reject</urn:action><urn:workitemId>04i"
                     "</urn:workitemId></urn:actions></urn:process>"):
            self.client("is not a valid value for the type", body)

    def test_too_many(self):
        ids, limit = f"<urn:ids>{JANE}</urn:ids>" * 201, "cannot submit more than 200 records"
        records = "<urn:sObjects><urn1:type>Lead</urn1:type></urn:sObjects>" * 201
        for body in (f"<urn:delete>{ids}</urn:delete>", f"<urn:undelete>{ids}</urn:undelete>",
                     f"<urn:emptyRecycleBin>{ids}</urn:emptyRecycleBin>",
                     f"<urn:create>{records}</urn:create>", f"<urn:update>{records}</urn:update>",
                     "<urn:upsert><urn:externalIDFieldName>Id</urn:externalIDFieldName>"
                     f"{records}</urn:upsert>"):
            self.refused("sf:EXCEEDED_ID_LIMIT", limit, "UnexpectedErrorFault", body)
        self.refused("sf:EXCEEDED_ID_LIMIT", "100", "UnexpectedErrorFault",
                     f"<urn:convertLead>{lead_convert() * 101}</urn:convertLead>")
        names = "<urn:sObjectType>Lead</urn:sObjectType>" * 101
        self.refused("sf:EXCEEDED_MAX_TYPES_LIMIT", "100", "UnexpectedErrorFault",
                     f"<urn:describeSObjects>{names}</urn:describeSObjects>")
        self.assertIn("no more than three records", self.said(
            "<urn:merge><urn:request><urn:masterRecord><urn1:type>Account</urn1:type>"
            f"<urn1:Id>{JANE}</urn1:Id></urn:masterRecord>" +
            f"<urn:recordToMergeIds>{JOHN}</urn:recordToMergeIds>" * 3 +
            "</urn:request></urn:merge>"))
        mail = mass_mail("00X0600003AAAABAA5", BOB)
        self.refused("sf:EMAIL_BATCH_SIZE_LIMIT_EXCEEDED", "10", "UnexpectedErrorFault",
                     f"<urn:sendEmail>{mail * 11}</urn:sendEmail>")
        self.assertEqual(len(self.ask(f"<urn:sendEmail>{mail * 10}</urn:sendEmail>").texts(
            "result", "success")), 10)

    def test_spans(self):
        for call, too_early, days in (("getDeleted", "2026-11-06T10:59:00Z", "15 days"),
                                      ("getUpdated", "2026-10-22T10:59:00Z", "30 days")):
            for start, end, words in (
                    (too_early, "2026-11-21T11:00:00Z", days),
                    ("2026-11-21T10:00:00Z", "2026-11-21T10:00:59Z", "a minute"),
                    ("2026-11-21T10:00:00Z", "2026-11-20T10:00:00Z", "a minute")):
                self.refused("sf:INVALID_REPLICATION_DATE", words, "UnexpectedErrorFault",
                             f"<urn:{call}><urn:sObjectType>Lead</urn:sObjectType><urn:startDate>"
                             f"{start}</urn:startDate><urn:endDate>{end}</urn:endDate></urn:{call}>")


LOGIN_CALL = ("<urn:login><urn:username>user0@example.com</urn:username><urn:password>"
              "force-pass-1TOKEN4711</urn:password></urn:login>")


def mass_mail(template, *targets):
    return ('<urn:messages xsi:type="urn:MassEmailMessage">' + "".join(
        f'<urn:{name} xsi:nil="true"/>' for name in (
            "bccSender", "emailPriority", "replyTo", "saveAsActivity", "senderDisplayName",
            "subject", "useSignature", "description")) +
            "".join(f"<urn:targetObjectIds>{each}</urn:targetObjectIds>" for each in targets) +
            f"<urn:templateId>{template}</urn:templateId></urn:messages>")


class Faults(Soap):
    """The faults of the cheat sheet, each with its kind."""

    def search(self, text):
        return f"<urn:search><urn:searchString>{text}</urn:searchString></urn:search>"

    def test_of_queries(self):
        reply = self.query("SELECT Id, Foo FROM Account")
        self.assertEqual(reply.status, 500)
        words = ("\nSELECT Id, Foo FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such "
                 "column 'Foo' on entity 'Account'. If you are attempting to use a custom field, "
                 "be sure to append the '__c' after the custom field name. Please reference your "
                 "WSDL or the describe call for the appropriate names.")
        self.assertEqual(
            reply.body,
            "<soapenv:Fault><faultcode>sf:INVALID_FIELD</faultcode><faultstring>INVALID_FIELD: "
            f"{words}</faultstring><detail><sf:InvalidFieldFault xsi:type="
            '"sf:InvalidFieldFault"><sf:exceptionCode>INVALID_FIELD</sf:exceptionCode>'
            f"<sf:exceptionMessage>{words}</sf:exceptionMessage><sf:row>1</sf:row><sf:column>12"
            "</sf:column></sf:InvalidFieldFault></detail></soapenv:Fault>")
        for text, code, kind, place in (
                ("SELECT Id\nFROM Accounts", "INVALID_TYPE", "InvalidSObjectFault", (2, 6)),
                ("SELECT Id FROM\nAccount WHERE", "MALFORMED_QUERY", "MalformedQueryFault", (2, 14)),
                ("SELECT Id FROM Account WHERE Name &lt; null", "INVALID_QUERY_FILTER_OPERATOR",
                 "InvalidFieldFault", (1, 30)),
                ("SELECT Id, (SELECT Id FROM Nothings) FROM Account", "INVALID_TYPE",
                 "InvalidSObjectFault", (1, 28)),
                ("SELECT Id FROM Account WHERE CreatedDate = 2026-13-01T00:00:00Z",
                 "MALFORMED_QUERY", "MalformedQueryFault", (1, 44)),
                ("SELECT MAX(Place__c) FROM Kind__c", "MALFORMED_QUERY", "MalformedQueryFault",
                 (1, 8)),
                ("SELECT Id FROM Account WHERE Secret__c = 'x'", "INVALID_FIELD",
                 "InvalidFieldFault", (1, 30))):
            with self.subTest(text=text):
                reply = self.query(text)
                self.assertEqual(reply.fault[::2], (f"sf:{code}", kind))
                found = reply.tree.find(f".//{{{FAULT}}}row"), reply.tree.find(
                    f".//{{{FAULT}}}column")
                self.assertEqual(tuple(int(each.text) for each in found), place)

    def test_without_a_query(self):
        reply = self.refused("sf:INVALID_FIELD", "No such column 'Foo'", "InvalidFieldFault",
                             "<urn:retrieve><urn:fieldList>Foo</urn:fieldList><urn:sObjectType>"
                             "Lead</urn:sObjectType></urn:retrieve>")
        self.assertIn("<sf:row>-1</sf:row><sf:column>-1</sf:column>", reply.text)

    def test_of_searches(self):
        for text, place, words in (
                ("FIND {a}", (1, 7), "longer than one character"), ("FIND acme", (1, 1), "FIND"),
                ("FIND {acme", (1, 11), "brace"), ("FIND {ac^me}", (1, 9), "'^'"),
                ("FIND {acme} IN SOME FIELDS", (1, 16), "SOME"),
                ("FIND {acme} RETURNING Account(Id", (1, 33), "EOF"),
                ("FIND {acme}\nRETURNING Account(Id) LIMIT x", (2, 29), "'x'"),
                ('FIND {"acme}', (1, 12), "quotation"), ("FIND {(acme OR}", (1, 15), "missing"),
                ("FIND {ac\\zme}", (1, 9), "illegal escape")):
            with self.subTest(text=text):
                reply = self.refused("sf:MALFORMED_SEARCH", words, "MalformedSearchFault",
                                     self.search(text))
                self.assertIn(f"<sf:row>{place[0]}</sf:row><sf:column>{place[1]}</sf:column>",
                              reply.text)
        self.refused("sf:INVALID_TYPE", "'Nothing'", "InvalidSObjectFault",
                     self.search("FIND {acme} RETURNING Nothing(Id)"))
        self.refused("sf:INVALID_TYPE", "does not support search", "InvalidSObjectFault",
                     self.search("FIND {acme} RETURNING LeadStatus(Id)"))
        self.refused("sf:INVALID_FIELD", "'Foo'", "InvalidFieldFault",
                     self.search("FIND {acme} RETURNING Account(Foo)"))

    def test_of_locators(self):
        for locator in ("", "x", "01g7S000000000000AAA-200", "01g7S0000000001AAA-2"):
            self.refused("sf:INVALID_QUERY_LOCATOR", "invalid query locator",
                         "InvalidQueryLocatorFault", "<urn:queryMore><urn:queryLocator>"
                         f"{locator}</urn:queryLocator></urn:queryMore>")

    def test_of_ids(self):
        for call in ("setPassword", "resetPassword"):
            rest = "<urn:password>secret-99</urn:password>" if call == "setPassword" else ""
            for identity, code in ((JANE, "INVALID_ID_FIELD"), ("x", "MALFORMED_ID")):
                self.refused(f"sf:{code}", "id", "InvalidIdFault", f"<urn:{call}><urn:userId>"
                             f"{identity}</urn:userId>{rest}</urn:{call}>")
        self.refused("sf:MALFORMED_ID", "bad id x", "InvalidIdFault",
                     "<urn:retrieve><urn:fieldList>Id</urn:fieldList><urn:sObjectType>Lead"
                     "</urn:sObjectType><urn:ids>x</urn:ids></urn:retrieve>")
        self.refused("sf:INVALID_ID_FIELD", "record type", "InvalidIdFault",
                     "<urn:describeLayout><urn:sObjectType>Lead</urn:sObjectType><urn:layoutName "
                     f'xsi:nil="true"/><urn:recordTypeIds>{JANE}</urn:recordTypeIds>'
                     "</urn:describeLayout>")

    def test_of_passwords(self):
        for password in ("short1", "only-letters", "12345678", "force-pass-1"):
            self.refused("sf:INVALID_NEW_PASSWORD", "password", "InvalidNewPasswordFault",
                         f"<urn:setPassword><urn:userId>{ADA}</urn:userId><urn:password>{password}"
                         "</urn:password></urn:setPassword>")

    def test_of_login(self):
        right = "force-pass-1TOKEN4711"
        for user, password, code in (
                ("nobody@example.com", right, "INVALID_LOGIN"),
                ("user0@example.com", "wrong", "INVALID_LOGIN"),
                ("user0@example.com", "force-pass-1", "LOGIN_MUST_USE_SECURITY_TOKEN")):
            reply = self.refused(code, "Invalid username, password, security token; or user "
                                 "locked out.", "LoginFault", "<urn:login><urn:username>"
                                 f"{user}</urn:username><urn:password>{password}</urn:password>"
                                 "</urn:login>", session=None, path=LOGIN)
            self.assertNotIn("TOKEN4711", reply.text)
        scope = ("<urn:LoginScopeHeader><urn:organizationId>{}</urn:organizationId>"
                 "</urn:LoginScopeHeader>")
        self.said(LOGIN_CALL, session=None, path=LOGIN, headers=scope.format("00D7S0000000001"))
        self.refused("INVALID_LOGIN", "Invalid", "LoginFault", LOGIN_CALL, session=None,
                     path=LOGIN, headers=scope.format("00D7S0000000002"))
        self.refused("EXCEEDED_MAX_SIZE_REQUEST", "10 KB", "UnexpectedErrorFault",
                     LOGIN_CALL + " " * 10240, session=None, path=LOGIN)
        self.refused("soapenv:Client", "SessionHeader", None, LOGIN_CALL, path=LOGIN)

    def test_of_describe(self):
        for call in ("describeSObject", "describeSObjects"):
            self.refused("sf:INVALID_TYPE", "'Leads' is not supported", "InvalidSObjectFault",
                         f"<urn:{call}><urn:sObjectType>Leads</urn:sObjectType></urn:{call}>")
        self.refused("sf:INVALID_TYPE", "layout", "InvalidSObjectFault",
                     "<urn:describeLayout><urn:sObjectType>RecordType</urn:sObjectType>"
                     '<urn:layoutName xsi:nil="true"/></urn:describeLayout>')
        self.refused("sf:INVALID_TYPE", "replicateable", "InvalidSObjectFault",
                     "<urn:getUpdated><urn:sObjectType>LeadStatus</urn:sObjectType><urn:startDate>"
                     "2026-11-21T00:00:00Z</urn:startDate><urn:endDate>2026-11-21T10:00:00Z"
                     "</urn:endDate></urn:getUpdated>")


class Sessions(Soap):
    def login(self):
        return self.ask(LOGIN_CALL, session=None, path=LOGIN).texts("result", "sessionId")[0]

    def test_a_session_belongs_to_its_server_url(self):
        session = self.login()
        self.said("<urn:getUserInfo/>", session=session)
        for path in (LOGIN, HOME.replace("0001", "0002")):
            reply = self.ask("<urn:getUserInfo/>", session=session, path=path)
            self.assertIn("Destination URL not reset. The URL returned from login must be set in "
                          "the SforceService", reply.fault[1])
        self.said("<urn:getUserInfo/>", path=LOGIN)  # the ready one goes anywhere

    def test_a_session_that_is_none(self):
        for session in (None, "", "nobody's"):
            reply = self.refused("sf:INVALID_SESSION_ID", "Invalid Session ID found in "
                                 "SessionHeader: Illegal Session", None, "<urn:getUserInfo/>",
                                 session=session)
            self.assertNotIn("<detail>", reply.text)

    def test_a_session_that_dies(self):
        self.service = self.serve("--session-calls", "2")
        session = self.login()
        self.said("<urn:getUserInfo/>", session=session)
        self.said("<urn:getUserInfo/>", session=session)
        self.refused("sf:INVALID_SESSION_ID", "Session", "UnexpectedErrorFault",
                     "<urn:getUserInfo/>", session=session)
        self.said("<urn:getUserInfo/>", session=self.login())

    def test_an_expired_password(self):
        self.service = self.serve("--password-expired")
        reply = self.ask(LOGIN_CALL, session=None, path=LOGIN)
        self.assertEqual(reply.texts("result", "passwordExpired"), ["true"])
        session = reply.texts("result", "sessionId")[0]
        self.refused("sf:INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "SetPassword",
                     "UnexpectedErrorFault", "<urn:getUserInfo/>", session=session)
        self.said(f"<urn:setPassword><urn:userId>{ADA}</urn:userId><urn:password>fresh-pass-22"
                  "</urn:password></urn:setPassword>", session=session)
        self.said("<urn:getUserInfo/>", session=session)
        self.assertEqual(self.ask(LOGIN_CALL, session=None, path=LOGIN).fault[0], "INVALID_LOGIN")
        fresh = self.ask(LOGIN_CALL.replace("force-pass-1", "fresh-pass-22"), session=None,
                         path=LOGIN)
        self.assertEqual(fresh.texts("result", "passwordExpired"), ["false"])

    def test_a_login_that_is_switched_off(self):
        self.service = self.serve("--no-login")
        self.refused("INVALID_OPERATION", "SOAP API login() is disabled by default in this org",
                     "UnexpectedErrorFault", LOGIN_CALL, session=None, path=LOGIN)
        self.said("<urn:getUserInfo/>")

    def test_calls_are_counted(self):
        self.service = self.serve("--api-calls", "2")
        self.said("<urn:getUserInfo/>")
        self.assertIn("<soapenv:Header><LimitInfoHeader><limitInfo><current>2</current><limit>2"
                      "</limit><type>API REQUESTS</type></limitInfo></LimitInfoHeader>"
                      "</soapenv:Header>", self.ask("<urn:getUserInfo/>").text)
        self.refused("sf:REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.",
                     "UnexpectedErrorFault", "<urn:getUserInfo/>")
        self.assertNotIn("LimitInfo", self.ask(LOGIN_CALL, session=None, path=LOGIN).text)


class Rules(Soap):
    """What becomes of records."""

    ALL = "<urn:AllOrNoneHeader><urn:allOrNone>true</urn:allOrNone></urn:AllOrNoneHeader>"

    def write(self, call, *records, headers=""):
        return self.ask(f"<urn:{call}>" + "".join(f"<urn:sObjects>{each}</urn:sObjects>"
                                                  for each in records) + f"</urn:{call}>",
                        headers=headers)

    def record(self, name, identity=None, null=(), **values):
        return (f"<urn1:type>{name}</urn1:type>" +
                "".join(f"<urn1:fieldsToNull>{each}</urn1:fieldsToNull>" for each in null) +
                (f"<urn1:Id>{identity}</urn1:Id>" if identity else "") +
                "".join(f"<urn1:{key}>{value}</urn1:{key}>" for key, value in values.items()))

    def errors(self, reply):
        return list(zip(reply.texts("result", "errors", "statusCode"),
                        reply.texts("result", "errors", "message")))

    def test_all_or_none(self):
        good, bad = self.record("Account", Name="Good"), self.record("Account", Site="x")
        reply = self.write("create", good, bad, headers=self.ALL)
        self.assertEqual(reply.texts("result", "success"), ["false", "false"])
        self.assertEqual([code for code, _ in self.errors(reply)],
                         ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"])
        self.assertEqual(self.names("SELECT Name FROM Account WHERE Name = 'Good'"), [])
        self.assertEqual(self.write("create", good, headers=self.ALL).texts("result", "success"),
                         ["true"])
        self.assertEqual(self.write("create", good, bad).texts("result", "success"),
                         ["true", "false"])
        ids = f"<urn:delete><urn:ids>{JANE}</urn:ids><urn:ids>x</urn:ids></urn:delete>"
        self.assertEqual(self.ask(ids, headers=self.ALL).texts("result", "success"),
                         ["false", "false"])
        self.assertEqual(self.names(f"SELECT Name FROM Account WHERE Id = '{JANE}'"),
                         ["Jane Smith"])

    def test_what_a_record_may_not_be(self):
        cases = (
            (self.record("Account", JANE, Name="x"), "create", "INVALID_FIELD_FOR_INSERT_UPDATE"),
            (self.record("Account", Name="x"), "update", "MISSING_ARGUMENT"),
            (self.record("Group", Name="x"), "create", "INVALID_TYPE_FOR_OPERATION"),
            (self.record("Account", JANE, AnnualRevenue="much"), "update",
             "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (self.record("Account", JANE, AnnualRevenue="1e999"), "update",
             "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (self.record("Account", JANE, Active__c="yes"), "update",
             "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (self.record("Account", JANE, NumberOfEmployees="1.5"), "update",
             "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (self.record("Account", JANE, SLAExpirationDate__c="2026-02-30"), "update",
             "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (self.record("Account", JANE, SLA__c="Tin"), "update",
             "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
            (self.record("Account", JANE, Name="x" * 256), "update", "STRING_TOO_LONG"),
            (self.record("Account", JANE, null=("Name",)), "update", "REQUIRED_FIELD_MISSING"),
            (self.record("Account", JANE, IsDeleted="true"), "update",
             "INVALID_FIELD_FOR_INSERT_UPDATE"),
            (self.record("Account", JANE, ParentId=ADA), "update", "INVALID_CROSS_REFERENCE_KEY"),
            (self.record("Account", LEAD, Name="x"), "update", "MALFORMED_ID"),
            (self.record("Contact", LastName="x", Email="nobody"), "create",
             "INVALID_EMAIL_ADDRESS"))
        for record, call, code in cases:
            with self.subTest(record=record, call=call):
                reply = self.write(call, record)
                self.assertEqual([each for each, _ in self.errors(reply)], [code], reply.text)
        twice = self.record("Account", JANE, Site="x")
        self.assertEqual([code for code, _ in self.errors(self.write("update", twice, twice))],
                         ["DUPLICATE_VALUE"])
        self.assertEqual([code for code, _ in self.errors(self.write(
            "create", self.record("Account", Name="a", Code__c="C"),
            self.record("Account", Name="b", Code__c="C")))], ["DUPLICATE_VALUE"])

    def test_truncation(self):
        long = self.record("Account", JANE, Name="x" * 256)
        self.assertEqual(self.write("update", long, headers=(
            "<urn:AllowFieldTruncationHeader><urn:allowFieldTruncation>1"
            "</urn:allowFieldTruncation></urn:AllowFieldTruncationHeader>")).texts(
                "result", "success"), ["true"])
        self.assertEqual(self.names(f"SELECT Name FROM Account WHERE Id = '{JANE}'"), ["x" * 255])

    def test_a_reference_by_another_field(self):
        self.write("update", self.record("Account", JANE, Code__c="J"))
        by = self.record("Contact", LastName="x", Account="<urn1:type>Account</urn1:type>"
                         "<urn1:Code__c>{}</urn1:Code__c>")
        self.assertEqual(self.write("create", by.format("J")).texts("result", "success"), ["true"])
        self.assertEqual(self.query("SELECT AccountId FROM Contact WHERE Name = 'x'").texts(
            "result", "records", "AccountId"), [JANE])
        self.assertEqual([code for code, _ in self.errors(self.write("create", by.format("no")))],
                         ["INVALID_FIELD"])

    def test_upsert(self):
        def upsert(key, record):
            return self.ask(f"<urn:upsert><urn:externalIDFieldName>{key}"
                            f"</urn:externalIDFieldName><urn:sObjects>{record}</urn:sObjects>"
                            "</urn:upsert>")
        self.assertEqual(upsert("Id", self.record("Lead", LEAD, Company="x")).texts(
            "result", "created"), ["false"])
        self.assertEqual(upsert("Id", self.record("Lead", Company="x", LastName="y")).texts(
            "result", "created"), ["true"])
        self.assertEqual(self.errors(upsert("Id", self.record("Lead", "00Q0600003AAAZZEA5")))[0][0],
                         "INVALID_CROSS_REFERENCE_KEY")
        self.assertEqual(self.errors(upsert("Code__c", self.record("Account", Name="x")))[0],
                         ("MISSING_ARGUMENT", "Code__c not specified"))
        self.assertEqual(self.errors(upsert("Code__c", self.record(
            "Account", JANE, Code__c="x")))[0][0], "INVALID_FIELD")
        self.assertIn("does not match an External ID",
                      upsert("Name", self.record("Account", Name="x")).fault[1])

    def test_every_kind_of_field(self):
        self.assertEqual(
            self.query("SELECT Text__c, Long__c, Multi__c, Combo__c, Reference__r.Name, Check__c, "
                       "Currency__c, Integer__c, Double__c, Whole__c, Percent__c, Date__c, "
                       "Stamp__c, Time__c, Secret__c, Blob__c, Big__c, Place__c, Any__c, "
                       "Formula__c, Number__c FROM Kind__c LIMIT 1").body.partition(
                           '<sf:Id xsi:nil="true"/>')[2].partition("</records>")[0],
            "<sf:Text__c>text</sf:Text__c><sf:Long__c>line one\nline two &amp; &lt;more&gt;"
            "</sf:Long__c><sf:Multi__c>red;green</sf:Multi__c><sf:Combo__c>Write a poem"
            '</sf:Combo__c><sf:Reference__r xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id '
            'xsi:nil="true"/><sf:Name>Jane Smith</sf:Name></sf:Reference__r><sf:Check__c>true'
            "</sf:Check__c><sf:Currency__c>5.6E9</sf:Currency__c><sf:Integer__c>-2147483648"
            "</sf:Integer__c><sf:Double__c>1.0E-4</sf:Double__c><sf:Whole__c>50000.0</sf:Whole__c>"
            "<sf:Percent__c>12.5</sf:Percent__c><sf:Date__c>2024-02-29</sf:Date__c><sf:Stamp__c>"
            "2024-02-29T23:59:59.000Z</sf:Stamp__c><sf:Time__c>23:59:59.000Z</sf:Time__c>"
            "<sf:Secret__c>************1234</sf:Secret__c><sf:Blob__c>AP8=</sf:Blob__c><sf:Big__c>"
            '9007199254740993</sf:Big__c><sf:Place__c xsi:type="location"><latitude>51.5</latitude>'
            "<longitude>-0.125</longitude></sf:Place__c><sf:Any__c>anything</sf:Any__c>"
            "<sf:Formula__c>2.0E-4</sf:Formula__c><sf:Number__c>K-0001</sf:Number__c>")

    def test_what_is_sent_comes_back(self):
        sent = {"Currency__c": "1.25E3", "Integer__c": "+7", "Double__c": "-.5", "Check__c": "1",
                "Date__c": "2024-02-29", "Stamp__c": "2024-03-01T00:59:59.25+01:00",
                "Time__c": "08:30:00", "Blob__c": "aGVs\nbG8=", "Text__c": "  a\r\n b "}
        identity = self.write("create", self.record("Kind__c", Name="n", **sent)).texts(
            "result", "id")[0]
        names = ", ".join(sent)
        reply = self.query(f"SELECT {names} FROM Kind__c WHERE Id = '{identity}'")
        self.assertEqual({name: reply.texts("result", "records", name)[0] for name in sent}, {
            "Currency__c": "1250.0", "Integer__c": "7", "Double__c": "-0.5", "Check__c": "true",
            "Date__c": "2024-02-29", "Stamp__c": "2024-02-29T23:59:59.000Z",
            "Time__c": "08:30:00.000Z", "Blob__c": "aGVsbG8=", "Text__c": "  a\n b "})
        null = self.record("Kind__c", identity, ("Text__c", "Check__c", "Stamp__c"), Area__c="")
        self.assertEqual(self.write("update", null).texts("result", "success"), ["true"])
        reply = self.query(f"SELECT Text__c, Check__c, Stamp__c FROM Kind__c WHERE Id = "
                           f"'{identity}'")
        self.assertIn('<sf:Text__c xsi:nil="true"/><sf:Check__c>false</sf:Check__c><sf:Stamp__c '
                      'xsi:nil="true"/>', reply.text)

    def test_doubles_as_java_prints_them(self):
        for value, text in ((0.0, "0.0"), (50000.0, "50000.0"), (1e7, "1.0E7"), (5.6e9, "5.6E9"),
                            (9999999.5, "9999999.5"), (0.001, "0.001"), (0.00012, "1.2E-4"),
                            (-123456789.25, "-1.2345678925E8"), (1e22, "1.0E22")):
            self.assertEqual(java_double(value), text)

    def test_lead_conversions(self):
        def convert(**values):
            return self.ask(f"<urn:convertLead>{lead_convert(**values)}</urn:convertLead>")
        accounts = self.query("SELECT COUNT() FROM Account").texts("result", "size")
        for values, code in (
                ({"convertedStatus": "Open"}, "INVALID_STATUS"),
                ({"contactId": "0030600003AAAABAA5"}, "REQUIRED_FIELD_MISSING"),
                ({"overwriteLeadSource": "true"}, "INVALID_OPERATION"),
                ({"leadId": JANE}, "MALFORMED_ID"), ({"ownerId": JANE}, "MALFORMED_ID"),
                ({"doNotCreateOpportunity": "1", "opportunityId": DEAL}, "INVALID_OPERATION"),
                ({"accountId": JANE, "contactId": "0030600003AAAAJAA5"},
                 "INVALID_CROSS_REFERENCE_KEY")):
            with self.subTest(**values):
                self.assertEqual(self.errors(convert(**values))[0][0], code)
        self.assertEqual(self.query(f"SELECT IsConverted FROM Lead WHERE Id = '{LEAD}'").texts(
            "result", "records", "IsConverted"), ["false"])
        self.assertEqual(self.query("SELECT COUNT() FROM Account").texts("result", "size"),
                         accounts)  # nothing of them stayed
        reply = convert(accountId=JANE, doNotCreateOpportunity="true", ownerId=BOB)
        self.assertEqual((reply.texts("result", "accountId"),
                          reply.texts("result", "opportunityId")), ([JANE], [None]))
        self.assertEqual(self.query(f"SELECT OwnerId FROM Account WHERE Id = '{JANE}'").texts(
            "result", "records", "OwnerId"), [BOB])
        self.assertEqual(self.errors(self.write("update", self.record(
            "Lead", LEAD, Company="x")))[0][0], "CANNOT_UPDATE_CONVERTED_LEAD")

    def test_merging(self):
        def merge(name, master, *losers):
            return self.ask(
                f"<urn:merge><urn:request><urn:masterRecord><urn1:type>{name}</urn1:type>"
                f"<urn1:Id>{master}</urn1:Id></urn:masterRecord>" +
                "".join(f"<urn:recordToMergeIds>{each}</urn:recordToMergeIds>"
                        for each in losers) + "</urn:request></urn:merge>")
        self.assertEqual(self.errors(merge("Account", JANE, JANE))[0][0], "INVALID_ID_FIELD")
        self.assertEqual(self.errors(merge("Account", JANE, LEAD))[0][0], "MALFORMED_ID")
        reply = merge("Account", JANE, JOHN, DICKENSON)
        self.assertEqual(reply.texts("result", "mergedRecordIds"), [JOHN, DICKENSON])
        self.assertEqual(self.query("SELECT Id FROM Contact WHERE AccountId IN "
                                    f"('{JOHN}', '{DICKENSON}')").texts("result", "size"), ["0"])
        self.assertEqual(self.errors(merge("Account", JANE, JOHN))[0][0], "ENTITY_IS_DELETED")
        self.assertEqual(self.errors(self.ask(
            f"<urn:undelete><urn:ids>{JOHN}</urn:ids></urn:undelete>"))[0][0], "UNDELETE_FAILED")

    def test_approvals(self):
        def submit(identity, process='<urn:processDefinitionNameOrId xsi:nil="true"/>',
                   skip="false", approver=""):
            return self.ask(
                '<urn:process><urn:actions xsi:type="urn:ProcessSubmitRequest"><urn:comments '
                f'xsi:nil="true"/>{approver}<urn:objectId>{identity}</urn:objectId>'
                f'<urn:submitterId xsi:nil="true"/>{process}<urn:skipEntryCriteria>{skip}'
                "</urn:skipEntryCriteria></urn:actions></urn:process>")

        def work(item, action, approver=""):
            return self.ask(
                '<urn:process><urn:actions xsi:type="urn:ProcessWorkitemRequest"><urn:comments>c'
                f"</urn:comments>{approver}<urn:action>{action}</urn:action><urn:workitemId>{item}"
                "</urn:workitemId></urn:actions></urn:process>")
        deal = self.query("SELECT Id FROM Opportunity WHERE Amount = null LIMIT 1").texts(
            "result", "records", "Id")[0]
        self.assertEqual(self.errors(submit(deal))[0][0], "NO_APPLICABLE_PROCESS")
        self.assertEqual(self.errors(submit(LEAD))[0][0], "NO_APPLICABLE_PROCESS")
        self.assertEqual(self.errors(submit(JANE, "<urn:processDefinitionNameOrId>Deal_approval"
                                            "</urn:processDefinitionNameOrId>"))[0][0],
                         "NO_APPLICABLE_PROCESS")
        item = submit(deal, skip="true").texts("result", "newWorkitemIds")[0]
        self.assertEqual(self.errors(work(item, "Maybe"))[0][0], "INVALID_OPERATION")
        onward = work(item, "Approve", f"<urn:nextApproverIds>{BOB}</urn:nextApproverIds>")
        self.assertEqual((onward.texts("result", "instanceStatus"),
                          onward.texts("result", "actorIds")), (["Pending"], [BOB]))
        self.assertEqual(self.errors(work(item, "Approve"))[0][0], "ENTITY_IS_DELETED")
        item = onward.texts("result", "newWorkitemIds")[0]
        self.assertEqual(self.query("SELECT ProcessInstance.TargetObjectId FROM "
                                    "ProcessInstanceWorkitem").texts(
            "result", "records", "ProcessInstance", "TargetObjectId"), [deal])
        target = self.query("SELECT ProcessInstance.TargetObject.Type FROM ProcessInstanceWorkitem")
        self.assertIn("<sf:type>Name</sf:type>", target.body)
        self.assertIn("<sf:Type>Opportunity</sf:Type>", target.body)
        self.assertIn("on entity 'Name'", self.query(
            "SELECT ProcessInstance.TargetObject.Amount FROM ProcessInstanceWorkitem").fault[1])
        self.assertEqual(work(item, "Reject").texts("result", "instanceStatus"), ["Rejected"])
        item = submit(JANE).texts("result", "newWorkitemIds")[0]
        self.assertEqual(work(item, "Removed").texts("result", "instanceStatus"), ["Removed"])

    def test_mails(self):
        def mail(**values):
            names = re.findall(r"(\w+):\S+", soap_xml.TYPES["SingleEmailMessage"])
            optional = {word.split(":")[0] for word in soap_xml.TYPES["SingleEmailMessage"].split()
                        if word[-1] == "?" or "*" in word}
            return ('<urn:sendEmail><urn:messages xsi:type="urn:SingleEmailMessage">' + "".join(
                f"<urn:{name}>{values[name]}</urn:{name}>" if name in values else
                "" if name in optional else f'<urn:{name} xsi:nil="true"/>'
                for name in names) + "</urn:messages></urn:sendEmail>")
        for values, code in (
                ({"subject": "s", "plainTextBody": "b"}, "REQUIRED_FIELD_MISSING"),
                ({"toAddresses": "a@b.example", "subject": "s"}, "REQUIRED_FIELD_MISSING"),
                ({"toAddresses": "a@b.example", "htmlBody": "b"}, "REQUIRED_FIELD_MISSING"),
                ({"toAddresses": "nobody", "subject": "s", "htmlBody": "b"},
                 "INVALID_EMAIL_ADDRESS"),
                ({"targetObjectId": JANE, "subject": "s", "htmlBody": "b"}, "INVALID_ID_FIELD"),
                ({"targetObjectId": BOB, "templateId": JANE}, "MALFORMED_ID")):
            with self.subTest(**values):
                self.assertEqual(self.errors(self.ask(mail(**values)))[0][0], code)
        self.assertEqual(self.ask(mail(targetObjectId=LEAD, templateId="00X0600003AAAABAA5")).texts(
            "result", "success"), ["true"])
        self.refused("soapenv:Client", "EmailPriority", None,
                     mail(emailPriority="Soon", subject="s"))


class Searches(Soap):
    def found(self, text):
        reply = self.ask(f"<urn:search><urn:searchString>{text}</urn:searchString></urn:search>")
        self.assertEqual(reply.status, 200, reply.text)
        return reply.texts("result", "searchRecords", "record", "Name")

    def test_words(self):
        tail = " IN NAME FIELDS RETURNING Account(Name ORDER BY Name)"
        for words, names in (
                ("jane", ["Jane Smith"]), ("JANE OR doe", ["Jane Smith", "John Doe"]),
                ("jo* AND NOT jane", ["John Doe"]),
                ("jan? smith", ["Jane Smith"]), ('"john doe"', ["John Doe"]),
                ('"doe john"', []), ("(jane OR john) AND doe", ["John Doe"]),
                ("o\\'neil", ["O'Neil & Sons"]),
                ("under_score", ["under_score"]), ("smit", [])):
            with self.subTest(words=words):
                self.assertEqual(self.found(f"FIND {{{words}}}{tail}"), names)

    def test_what_comes_back(self):
        everybody = self.names("SELECT Name FROM Contact WHERE Name != 'Person 000' ORDER BY Name "
                               "DESC")
        self.assertEqual(self.found(
            "FIND {person* OR jane} RETURNING Contact(Name WHERE Name != 'Person 000' ORDER BY "
            "Name DESC LIMIT 2 OFFSET 1), Account(Name)"), everybody[1:3] + ["Jane Smith"])
        self.assertEqual(len(self.found("FIND {person*} RETURNING Contact(Name) LIMIT 3")), 3)
        self.assertEqual(self.found("FIND {person1@example.com} IN EMAIL FIELDS RETURNING "
                                    "Contact(Name)")[0][-3:], "001")
        reply = self.ask("<urn:search><urn:searchString>FIND {jane smith} UPDATE VIEWSTAT"
                         "</urn:searchString></urn:search>")
        self.assertIn(f"<sf:type>Account</sf:type><sf:Id>{JANE}</sf:Id><sf:Id>{JANE}</sf:Id>"
                      "</record>", reply.text)


class Spellings(Soap):
    def test_other_prefixes_say_the_same(self):
        requests = ("<urn:describeSObjects><urn:sObjectType>Account</urn:sObjectType>"
                    "</urn:describeSObjects>",
                    "<urn:query><urn:queryString>SELECT Id, Name, Owner.Name, (SELECT Id FROM "
                    "Contacts) FROM Account</urn:queryString></urn:query>",
                    "<urn:query><urn:queryString>SELECT</urn:queryString></urn:query>")
        other = self.serve("--prefix", "prefixed")
        for request in requests:
            one, two = (post(service, envelope(request)).body for service in (self.service, other))
            self.assertNotIn(b"soapenv:", two)
            self.assertNotEqual(one, two)
            same = [[(node.tag, (node.text or "").replace("ns3:", "sf:"), sorted(node.attrib))
                     for node in ElementTree.fromstring(text).iter()] for text in (one, two)]
            self.assertEqual(*same)

    def test_prefixes_of_types_are_declared(self):
        for style in ("default", "prefixed"):
            text = post(self.serve("--prefix", style), envelope(
                "<urn:query><urn:queryString>SELECT Id, (SELECT Id FROM Contacts) FROM Account"
                "</urn:queryString></urn:query>")).body.decode()
            for prefix in set(re.findall(r':type="(\w+):', text)):
                self.assertIn(f"xmlns:{prefix}=", text)

    def test_what_xml_cannot_say(self):
        names = self.names("SELECT Name FROM Account WHERE Name LIKE 'Red%'")
        self.assertEqual(names[0], "Red \ufffd[31m Flag")

    def test_encodings(self):
        message = envelope("<urn:query><urn:queryString>SELECT Name FROM Account WHERE Name = "
                           "'Ångström'</urn:queryString></urn:query>")
        for encoding in ("UTF-16", "ISO-8859-1"):
            answer = post(self.service, message.replace("UTF-8", encoding).encode(encoding))
            self.assertEqual(Reply(answer.status, answer.body).texts("result", "records", "Name"),
                             ["Ångström"])


class Pages(Soap):
    def test_to_the_end(self):
        self.service = self.serve("--batch", "7")
        reply = self.query("SELECT Id FROM Contact ORDER BY Id")
        ids, sizes = [], []
        while True:
            ids += reply.texts("result", "records", "Id")[::2]
            sizes += reply.texts("result", "size")
            locator = reply.texts("result", "queryLocator")[0]
            self.assertEqual(reply.texts("result", "done"), ["true" if not locator else "false"])
            if not locator:
                break
            reply = self.ask(f"<urn:queryMore><urn:queryLocator>{locator}</urn:queryLocator>"
                             "</urn:queryMore>")
        self.assertEqual((len(set(ids)), sizes), (20, ["20"] * 3))

    def test_children_have_pages_too(self):
        self.service = self.serve("--batch", "1")
        for record in self.service.calls.store.records["Contact"].values():
            record["AccountId"] = JANE
        reply = self.query(f"SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Id = '{JANE}'")
        self.assertEqual(reply.texts("result", "records", "Contacts", "size"), ["20"])
        locator = reply.texts("result", "records", "Contacts", "queryLocator")[0]
        more = self.ask(f"<urn:queryMore><urn:queryLocator>{locator}</urn:queryLocator>"
                        "</urn:queryMore>")
        self.assertEqual(more.texts("result", "records", "type"), ["Contact"])

    def test_the_batch_that_is_asked_for(self):
        self.service = self.serve("--rows", "300")
        options = "<urn:QueryOptions><urn:batchSize>250</urn:batchSize></urn:QueryOptions>"
        query = "<urn:query><urn:queryString>SELECT Id FROM Contact</urn:queryString></urn:query>"
        reply = self.ask(query, headers=options)
        self.assertEqual(len(reply.texts("result", "records", "type")), 250)
        self.assertEqual(self.ask(query).texts("result", "done"), ["true"])

    def test_aggregates(self):
        self.assertEqual(self.query("SELECT COUNT() FROM Contact").body,
                         '<queryResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>'
                         "<size>20</size></result></queryResponse>")
        self.assertIn('<sf:type>AggregateResult</sf:type><sf:Id xsi:nil="true"/><sf:expr0>20'
                      "</sf:expr0>", self.query("SELECT COUNT(Id) FROM Contact").text)


class Wire(unittest.TestCase):
    """What HTTP does, with a server of its own."""

    def exchange(self, server, body, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("POST", HOME, body, {
            "Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""',
            **{name.replace("_", "-"): value for name, value in headers.items()}})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def test_the_wire(self):
        message = envelope("<urn:getUserInfo/>").encode()
        with Running("forcesoap_server.py", "--rows", "4") as server:
            answer, plain = self.exchange(server, message)
            self.assertEqual((answer.status, answer.headers["Content-Type"]),
                             (200, "text/xml; charset=utf-8"))
            answer, packed = self.exchange(server, gzip.compress(message), Content_Encoding="gzip",
                                           Accept_Encoding="gzip")
            self.assertEqual(answer.headers["Content-Encoding"], "gzip")
            self.assertIn(b"<userFullName>Ada Admin", gzip.decompress(packed))
            _, chunked = self.exchange(server, iter((message[:90], message[90:])))
            self.assertIn(b"<userFullName>Ada Admin", chunked)
            self.assertEqual(server.log()[-1]["body"], message.decode())
            self.assertIn(b"<userFullName>Ada Admin", plain)
            login = envelope(LOGIN_CALL, session=None).encode()
            self.assertIn(f"<serverUrl>{server.url}{HOME}</serverUrl>".encode(),
                          self.exchange(server, login)[1])

    def test_faults_on_demand(self):
        message = envelope("<urn:getUserInfo/>").encode()
        with Running("forcesoap_server.py", "--rows", "4", "--chunked") as server:
            answer, _ = self.exchange(server, message)
            self.assertEqual((answer.headers["Transfer-Encoding"],
                              answer.headers["Content-Length"]), ("chunked", None))
            server.fault(status=401, contains="<urn:getUserInfo", times=1)
            answer, content = self.exchange(server, message)
            self.assertEqual((answer.status, b"sf:INVALID_SESSION_ID" in content), (500, True))
            server.fault(status=401, contains="<urn:describeGlobal")
            self.assertEqual(self.exchange(server, message)[0].status, 200)
            for status, word in ((429, b"REQUEST_LIMIT_EXCEEDED"), (503, b"SERVER_UNAVAILABLE"),
                                 (500, b"UNKNOWN_EXCEPTION")):
                server.fault(status=status, retry_after=3)
                answer, content = self.exchange(server, message)
                self.assertEqual((answer.status, answer.headers["Retry-After"]), (status, "3"))
                self.assertIn(word, content)
            server.fault(deep=5000)
            self.assertEqual(self.exchange(server, message)[1].count(b"<a>"), 5000)
            server.fault(huge=100000)
            content = self.exchange(server, message)[1]
            self.assertEqual(len(content), 100000)
            ElementTree.fromstring(content)


if __name__ == "__main__":
    unittest.main()
