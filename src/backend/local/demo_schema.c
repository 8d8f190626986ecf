/*
 * demo_schema: the SQL of the demonstration CRM: every declared type, constraint and kind of
 * reference an SQLite file can carry. Constant text; any thread.
 */
#include "backend/local/demo_tables.h"

#define NOW "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
#define STAMPS                                                                                     \
    "CreatedDate DATETIME NOT NULL DEFAULT " NOW ","                                               \
    "ModifiedDate DATETIME NOT NULL DEFAULT " NOW

const char demo_schema_sql[] =
    "CREATE TABLE Industry ("
    " Name VARCHAR(40) NOT NULL PRIMARY KEY"
    ") WITHOUT ROWID;"

    "CREATE TABLE User ("
    " Id INTEGER PRIMARY KEY,"
    " Name VARCHAR(80) NOT NULL,"
    " Username VARCHAR(40) NOT NULL UNIQUE,"
    " Email EMAIL VARCHAR(120) NOT NULL,"
    " Phone PHONE VARCHAR(40),"
    " Title VARCHAR(80),"
    " Role VARCHAR(20) NOT NULL DEFAULT 'Sales'"
    "  CHECK (Role IN ('Sales', 'Manager', 'Support', 'Marketing')),"
    " ManagerId INTEGER REFERENCES User (Id),"
    " IsActive BOOLEAN NOT NULL DEFAULT 1,"
    " WorkStart TIME DEFAULT '09:00',"
    " Token ENCRYPTEDSTRING TEXT"
    ");"

    "CREATE TABLE Account ("
    " Id INTEGER PRIMARY KEY,"
    " Name VARCHAR(120) NOT NULL,"
    " Type VARCHAR(20) CHECK (Type IN ('Prospect', 'Customer', 'Partner', 'Former customer')),"
    " Industry VARCHAR(40) REFERENCES Industry (Name),"
    " Phone PHONE VARCHAR(40),"
    " Website URL VARCHAR(255),"
    " BillingCity VARCHAR(80),"
    " BillingCountry VARCHAR(80),"
    " OwnerId INTEGER NOT NULL REFERENCES User (Id),"
    " ParentId INTEGER REFERENCES Account (Id),"
    " AccountNumber VARCHAR(12) UNIQUE,"
    " Rating VARCHAR(8) CHECK (Rating IN ('Hot', 'Warm', 'Cold')),"
    " Employees INTEGER CHECK (Employees >= 0),"
    " AnnualRevenue CURRENCY(18,2),"
    " Segments MULTIPICKLIST TEXT,"
    " CustomerSince DATE,"
    " BillingAddress ADDRESS TEXT,"
    " BillingPostalCode VARCHAR(12),"
    " \"BillingCounty/State\" VARCHAR(80),"
    " Location LOCATION TEXT,"
    " Extra,"
    " Description TEXTAREA,"
    " " STAMPS ");"

    "CREATE TABLE Contact ("
    " Id INTEGER PRIMARY KEY,"
    " Name VARCHAR(120) GENERATED ALWAYS AS (trim(coalesce(FirstName, '') || ' ' || LastName))"
    "  VIRTUAL,"
    " FirstName VARCHAR(60),"
    " LastName VARCHAR(60) NOT NULL CHECK (LastName <> ''),"
    " AccountId INTEGER REFERENCES Account (Id) ON DELETE SET NULL,"
    " Title VARCHAR(80),"
    " Email EMAIL VARCHAR(120) CHECK (Email LIKE '%_@_%'),"
    " Phone PHONE VARCHAR(40),"
    " Mobile PHONE VARCHAR(40),"
    " OwnerId INTEGER NOT NULL REFERENCES User (Id),"
    " ReportsToId INTEGER REFERENCES Contact (Id) ON DELETE SET NULL,"
    " Birthdate DATE,"
    " DoNotCall BOOLEAN NOT NULL DEFAULT 0,"
    " Language VARCHAR(5) DEFAULT 'en',"
    " Photo BLOB,"
    " Description TEXTAREA,"
    " " STAMPS ");"

    "CREATE TABLE Campaign ("
    " Id INTEGER PRIMARY KEY,"
    " Name VARCHAR(80) NOT NULL,"
    " Status VARCHAR(12) NOT NULL DEFAULT 'Planned'"
    "  CHECK (Status IN ('Planned', 'Running', 'Completed', 'Aborted')),"
    " StartDate DATE,"
    " EndDate DATE,"
    " Budget CURRENCY(12,2) CHECK (Budget >= 0),"
    " ExpectedResponse PERCENT(5,2) CHECK (ExpectedResponse BETWEEN 0 AND 100),"
    " OwnerId INTEGER NOT NULL REFERENCES User (Id),"
    " ParentId INTEGER REFERENCES Campaign (Id),"
    " Description TEXTAREA,"
    " CHECK (EndDate IS NULL OR EndDate >= StartDate)"
    ");"

    "CREATE TABLE Opportunity ("
    " Id INTEGER PRIMARY KEY,"
    " Name VARCHAR(120) NOT NULL CHECK (Name <> ''),"
    " AccountId INTEGER REFERENCES Account (Id),"
    " Stage VARCHAR(20) NOT NULL DEFAULT 'Prospecting' CHECK (Stage IN ('Prospecting',"
    "  'Qualification', 'Develop', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost')),"
    " Amount CURRENCY(12,2) CHECK (Amount >= 0),"
    " CloseDate DATE NOT NULL,"
    " Probability PERCENT(3,0) CHECK (Probability BETWEEN 0 AND 100),"
    " OwnerId INTEGER NOT NULL REFERENCES User (Id),"
    " NextStep VARCHAR(255),"
    " Type VARCHAR(20) CHECK (Type IN ('New business', 'Existing business', 'Renewal')),"
    " LeadSource COMBOBOX VARCHAR(40),"
    " ContactId INTEGER REFERENCES Contact (Id) ON DELETE SET NULL,"
    " CampaignId INTEGER REFERENCES Campaign (Id) ON DELETE SET NULL,"
    " Competitors MULTIPICKLIST TEXT,"
    " Discount REAL,"
    " IsPrivate BOOLEAN NOT NULL DEFAULT 0,"
    " Description TEXTAREA,"
    " ExpectedRevenue CURRENCY(12,2) GENERATED ALWAYS AS"
    "  (round(Amount * Probability / 100.0, 2)) VIRTUAL,"
    " IsClosed BOOLEAN GENERATED ALWAYS AS (Stage IN ('Closed Won', 'Closed Lost')) VIRTUAL,"
    " " STAMPS ");"

    "CREATE TABLE OpportunityLine ("
    " Id INTEGER PRIMARY KEY,"
    " OpportunityId INTEGER NOT NULL REFERENCES Opportunity (Id) ON DELETE CASCADE,"
    " LineNumber INTEGER NOT NULL,"
    " Product VARCHAR(80) NOT NULL,"
    " Quantity REAL NOT NULL DEFAULT 1 CHECK (Quantity > 0),"
    " UnitPrice CURRENCY(12,2) NOT NULL,"
    " Discount PERCENT(5,2) DEFAULT 0,"
    " ServiceDate DATE,"
    " Total CURRENCY(14,2) GENERATED ALWAYS AS"
    "  (round(Quantity * UnitPrice * (1 - coalesce(Discount, 0) / 100.0), 2)) VIRTUAL,"
    " UNIQUE (OpportunityId, LineNumber)"
    ");"

    "CREATE TABLE StageHistory ("
    " Id INTEGER PRIMARY KEY,"
    " OpportunityId INTEGER NOT NULL REFERENCES Opportunity (Id) ON DELETE CASCADE,"
    " Stage VARCHAR(20) NOT NULL,"
    " Amount DECIMAL(12,2),"
    " ChangedAt DATETIME NOT NULL DEFAULT " NOW ","
    " UserId INTEGER REFERENCES User (Id)"
    ");"

    "CREATE TABLE Activity ("
    " Id INTEGER PRIMARY KEY,"
    " Subject VARCHAR(120) NOT NULL,"
    " Type VARCHAR(10) NOT NULL DEFAULT 'Task'"
    "  CHECK (Type IN ('Call', 'E-mail', 'Meeting', 'Task')),"
    " DueDate DATE,"
    " StartTime TIME,"
    " Minutes INTEGER CHECK (Minutes BETWEEN 0 AND 1440),"
    " IsDone BOOLEAN NOT NULL DEFAULT 0,"
    " AccountId INTEGER REFERENCES Account (Id) ON DELETE CASCADE,"
    " OpportunityId INTEGER REFERENCES Opportunity (Id) ON DELETE CASCADE,"
    " ContactId INTEGER REFERENCES Contact (Id) ON DELETE SET NULL,"
    " OwnerId INTEGER NOT NULL REFERENCES User (Id),"
    " Notes TEXTAREA,"
    " " STAMPS ");"

    "CREATE TABLE \"Case\" ("
    " Id INTEGER PRIMARY KEY,"
    " CaseNumber VARCHAR(10) NOT NULL UNIQUE,"
    " Subject VARCHAR(120) NOT NULL,"
    " Status VARCHAR(12) NOT NULL DEFAULT 'New'"
    "  CHECK (Status IN ('New', 'Working', 'Waiting', 'Escalated', 'Closed')),"
    " Priority VARCHAR(8) NOT NULL DEFAULT 'Medium'"
    "  CHECK (Priority IN ('Low', 'Medium', 'High')),"
    " AccountId INTEGER REFERENCES Account (Id) ON DELETE CASCADE,"
    " ContactId INTEGER REFERENCES Contact (Id) ON DELETE SET NULL,"
    " OwnerId INTEGER NOT NULL REFERENCES User (Id),"
    " Origin VARCHAR(10) CHECK (Origin IN ('Phone', 'E-mail', 'Web')),"
    " OpenedAt DATETIME NOT NULL DEFAULT " NOW ","
    " ClosedAt DATETIME,"
    " Satisfaction INTEGER CHECK (Satisfaction BETWEEN 1 AND 5),"
    " Description TEXTAREA"
    ");"

    "CREATE TABLE CampaignMember ("
    " CampaignId INTEGER NOT NULL REFERENCES Campaign (Id) ON DELETE CASCADE,"
    " ContactId INTEGER NOT NULL REFERENCES Contact (Id) ON DELETE CASCADE,"
    " Status VARCHAR(10) NOT NULL DEFAULT 'Sent'"
    "  CHECK (Status IN ('Sent', 'Opened', 'Responded', 'Bounced')),"
    " RespondedAt DATETIME,"
    " PRIMARY KEY (CampaignId, ContactId)"
    ") WITHOUT ROWID;";

/* Stamps are set by a trigger unless the statement sets them itself. */
#define MODIFIED_TRIGGER(table)                                                                    \
    "CREATE TRIGGER " table "Modified AFTER UPDATE ON " table                                      \
    " WHEN new.ModifiedDate IS old.ModifiedDate BEGIN"                                             \
    " UPDATE " table " SET ModifiedDate = " NOW " WHERE Id = new.Id; END;"
#define INDEX(table, column) "CREATE INDEX " table "_" column " ON \"" table "\" (" column ")"

const char *const demo_finish_sql[] = {
    INDEX("User", "ManagerId"),
    INDEX("Account", "Name"),
    INDEX("Account", "Industry"),
    INDEX("Account", "OwnerId"),
    INDEX("Account", "ParentId"),
    INDEX("Contact", "LastName"),
    INDEX("Contact", "AccountId"),
    INDEX("Contact", "OwnerId"),
    INDEX("Contact", "ReportsToId"),
    INDEX("Campaign", "OwnerId"),
    INDEX("Campaign", "ParentId"),
    INDEX("Opportunity", "Name"),
    INDEX("Opportunity", "AccountId"),
    "CREATE INDEX Opportunity_Stage ON Opportunity (Stage, CloseDate)",
    INDEX("Opportunity", "Amount"),
    INDEX("Opportunity", "CloseDate"),
    INDEX("Opportunity", "OwnerId"),
    INDEX("Opportunity", "ContactId"),
    INDEX("Opportunity", "CampaignId"),
    INDEX("StageHistory", "OpportunityId"),
    INDEX("StageHistory", "UserId"),
    INDEX("Activity", "DueDate"),
    INDEX("Activity", "AccountId"),
    INDEX("Activity", "OpportunityId"),
    INDEX("Activity", "ContactId"),
    INDEX("Activity", "OwnerId"),
    INDEX("Case", "AccountId"),
    INDEX("Case", "ContactId"),
    INDEX("Case", "OwnerId"),
    INDEX("CampaignMember", "ContactId"),

    MODIFIED_TRIGGER("Account"),
    MODIFIED_TRIGGER("Contact"),
    MODIFIED_TRIGGER("Opportunity"),
    MODIFIED_TRIGGER("Activity"),
    "CREATE TRIGGER OpportunityStage AFTER UPDATE OF Stage ON Opportunity"
    " WHEN new.Stage <> old.Stage BEGIN"
    " INSERT INTO StageHistory (OpportunityId, Stage, Amount, UserId)"
    " VALUES (new.Id, new.Stage, new.Amount, new.OwnerId); END",

    "CREATE VIEW OpenPipeline AS"
    " SELECT o.Id, o.Name, a.Name AS Account, o.Stage, o.Amount, o.ExpectedRevenue, o.CloseDate,"
    " u.Name AS Owner FROM Opportunity o LEFT JOIN Account a ON a.Id = o.AccountId"
    " JOIN User u ON u.Id = o.OwnerId WHERE o.Stage NOT IN ('Closed Won', 'Closed Lost')",
    "CREATE VIEW Team AS"
    " SELECT u.Name, u.Role, m.Name AS Manager, u.Email FROM User u"
    " LEFT JOIN User m ON m.Id = u.ManagerId",

    "PRAGMA analysis_limit = 400",
    "ANALYZE",
    NULL,
};
