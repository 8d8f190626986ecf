"""The describe calls: what the store knows of objects and fields, in the order of the schema."""

from salesforce_store import SalesforceError, short_id, widen
from soap_store import PARTNER_TYPE
from soap_xml import NIL, XSD, Out, optional, plain

# Elements in their order; "?" is left out where there is nothing, "~" is nil then, else a boolean
# or a text that is always there.
GLOBAL = ("activateable associateEntityType~ associateParentEntity~ createable custom "
          "customSetting dataTranslationEnabled? deepCloneable deletable deprecatedAndHidden "
          "feedEnabled hasSubtypes idEnabled isInterface isSubtype keyPrefix~ label labelPlural "
          "layoutable mergeable mruEnabled name queryable replicateable retrieveable searchable "
          "triggerable undeletable updateable").split()
OBJECT = ("activateable associateEntityType~ associateParentEntity~ childRelationships* "
          "compactLayoutable createable custom customSetting dataTranslationEnabled? "
          "deepCloneable defaultImplementation~ deletable deprecatedAndHidden feedEnabled fields* "
          "hasSubtypes idEnabled implementedBy~ implementsInterfaces~ isInterface isSubtype "
          "keyPrefix~ label labelPlural layoutable mergeable mruEnabled name "
          "networkScopeFieldName~ queryable recordTypeInfos* replicateable retrieveable "
          "searchLayoutable searchable supportedScopes* triggerable undeletable updateable "
          "urlDetail~ urlEdit~ urlNew~").split()
FIELD = ("aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula? "
         "caseSensitive compoundFieldName? controllerName? createable custom defaultValue? "
         "defaultValueFormula? defaultedOnCreate dependentPicklist? deprecatedAndHidden digits "
         "encrypted? externalId extraTypeInfo? filterable groupable htmlFormatted? idLookup "
         "inlineHelpText? label length mask? maskType? name nameField namePointing? nillable "
         "permissionable picklistValues* polymorphicForeignKey precision queryByDistance "
         "referenceTo* relationshipName? restrictedPicklist scale searchPrefilterable soapType "
         "sortable type unique updateable").split()
CHILD = ("cascadeDelete childSObject deprecatedAndHidden field relationshipName? "
         "restrictedDelete").split()
PICKLIST = "active defaultValue label~ validFor? value".split()
RECORD_TYPE = ("active available defaultRecordTypeMapping developerName master name "
               "recordTypeId~").split()


def ordered(names, values, inner=()):
    """Out for each name of a table; inner says how the elements of a repeated one are made."""
    found, inner = [], dict(inner)
    for name in names:
        bare = name.rstrip("?~*")
        value = values.get(bare)
        if name.endswith("*"):
            make = inner.get(bare, plain)
            found += [Out(bare, make(each)) for each in value or ()]
        elif value is None and name.endswith("~"):
            found.append(Out(bare, NIL))
        elif value is not None or not name.endswith("?"):
            found.append(Out(bare, plain(False if value is None else value)))
    return found


def entry(value):
    return ordered(PICKLIST, value)


def field_content(described):
    soap = described["soapType"].replace("urn:", "tns:")
    found = ordered(FIELD, {**described, "soapType": soap, "defaultValue": None,
                            "namePointing": len(described["referenceTo"]) > 1 or None},
                    {"picklistValues": entry})
    if described["defaultValue"] is not None:
        place = [out.name for out in found].index("custom") + 1
        found.insert(place, Out("defaultValue", plain(described["defaultValue"]),
                                type_=(XSD, "boolean")))
    return found


def describe_global(store):
    found = store.describe_global()
    return [Out("encoding", found["encoding"]), Out("maxBatchSize", str(found["maxBatchSize"]))] + [
        Out("sobjects", ordered(GLOBAL, each)) for each in found["sobjects"]]


def describe_object(store, name, url):
    found = store.describe(name)
    web = f"{url}/{found['keyPrefix']}"
    scopes = [{"label": "All records", "name": "everything"},
              {"label": "My records", "name": "mine"}]
    return ordered(OBJECT, {**found, "urlDetail": f"{url}/{{ID}}", "urlEdit": f"{url}/{{ID}}/e",
                            "urlNew": f"{web}/e", "supportedScopes": scopes}, {
        "childRelationships": lambda child: ordered(CHILD, child), "fields": field_content,
        "recordTypeInfos": lambda each: ordered(RECORD_TYPE, each),
        "supportedScopes": lambda each: [Out("label", each["label"]), Out("name", each["name"])]})


# --- layouts ---

def layout_id(number, prefix="00h7S00000"):
    return widen(short_id(prefix, number + 1))


def component(value, number, kind="Field", lines=1):
    return Out("layoutComponents", [Out("displayLines", str(lines)), Out("tabOrder", str(number)),
                                    Out("type", kind), optional("value", value)])


def item(described, components=None):
    """An item of one field, or of several that stand together under the first one's label."""
    shown = components or [described]
    lines = 6 if described["type"] == "textarea" else 1
    parts = [component(each["name"], place + 1, lines=lines) for place, each in enumerate(shown)]
    if described["type"] == "reference" and len(shown) > 1:
        parts.insert(1, component(", ", 0, "Separator"))
    required = any(each["createable"] and not each["nillable"] and each["type"] != "boolean"
                   for each in shown)
    return [Out("editableForNew", plain(any(each["createable"] for each in shown))),
            Out("editableForUpdate", plain(any(each["updateable"] for each in shown))),
            Out("label", described["label"]), *parts, Out("placeholder", "false"),
            Out("required", plain(required))]


def empty_item():
    return [Out("editableForNew", "false"), Out("editableForUpdate", "false"), Out("label", NIL),
            component(None, 0, "EmptySpace"), Out("placeholder", "true"), Out("required", "false")]


def section(heading, columns, items, number, parent):
    rows = [items[at:at + columns] for at in range(0, len(items), columns)]
    rows[-1] += [empty_item() for _ in range(columns - len(rows[-1]))]
    return [Out("collapsed", "false"), Out("columns", str(columns)), Out("heading", heading),
            *(Out("layoutRows", [*(Out("layoutItems", each) for each in row),
                                 Out("numItems", str(len(row)))]) for row in rows),
            Out("layoutSectionId", layout_id(number, "01B7S00000")), Out("parentLayoutId", parent),
            Out("rows", str(len(rows))), Out("tabOrder", "TopToBottom"),
            Out("useCollapsibleSection", plain(number % 2 == 1)), Out("useHeading", "true")]


def groups(store, name):
    """(heading, columns, items) of an object's page, empty ones left out."""
    fields = store.fields(name)
    shown = {key: each for key, each in fields.items() if key not in (
        "Id", "IsDeleted", "SystemModstamp", "CreatedDate", "LastModifiedDate", "CreatedById",
        "LastModifiedById", "FirstName", "LastName", "Body") and
        each["type"] not in ("base64", "address")}
    person = [fields[key] for key in ("FirstName", "LastName") if key in fields]
    address = [each for key, each in shown.items() if key.startswith("Billing")]
    long = [each for each in shown.values() if each["type"] == "textarea" and each["length"] > 255]
    rest = [each for each in shown.values() if each not in address and each not in long]
    system = [item(fields[by], [fields[by], fields[date]]) for by, date in (
        ("CreatedById", "CreatedDate"), ("LastModifiedById", "LastModifiedDate")) if by in fields]
    label = store.head(name)["label"]
    found = [(f"{label} Information", 2,
              [item(each, person if each["name"] == "Name" else None) for each in rest]),
             ("Address Information", 2, [item(each) for each in address]),
             ("Description Information", 1, [item(each) for each in long]),
             ("System Information", 2, system)]
    return [each for each in found if each[2]]


def related_lists(store, name):
    found = []
    for child, key, relation in store.children(name):
        if relation is None:
            continue
        columns = [each for each in store.objects[child]["fields"] if each["nameField"]]
        found.append(Out("relatedLists", [
            Out("accessLevelRequiredForCreate", NIL),
            *(Out("columns", [Out("field", f"{child}.{each['name']}"),
                              Out("fieldApiName", each["name"]), Out("format", NIL),
                              Out("label", each["label"]), Out("name", each["name"]),
                              Out("sortable", "true")]) for each in columns),
            Out("custom", "false"), Out("field", key),
            Out("label", store.head(child)["labelPlural"]),
            Out("limitRows", "5"), Out("name", relation), Out("sobject", child),
            Out("sort", [Out("ascending", "true"), Out("column", columns[0]["name"])])]))
    return found


def layout(store, name, number):
    identity = layout_id(number)
    sections = [section(*each, number * 10 + place, identity)
                for place, each in enumerate(groups(store, name))]
    edited = [section(*each, number * 10 + place, identity)
              for place, each in enumerate(groups(store, name))
              if each[0] != "System Information"]
    return [*(Out("detailLayoutSections", each) for each in sections),
            *(Out("editLayoutSections", each) for each in edited),
            Out("id", identity), *related_lists(store, name)]


def values_for(described, record_type):
    """What a record type leaves of a picklist: partners are of two industries alone."""
    values = described["picklistValues"]
    if record_type["recordTypeId"] == PARTNER_TYPE and described["name"] == "Industry":
        return values[:2]
    return values


def mapping(store, name, record_type, identity):
    picklists = [Out("picklistsForRecordType", [
        Out("picklistName", each["name"]),
        *(Out("picklistValues", entry(value)) for value in values_for(each, record_type))])
        for each in store.objects[name]["fields"]
        if each["type"] in ("picklist", "multipicklist", "combobox")]
    return [*ordered(RECORD_TYPE[:4], record_type), Out("layoutId", identity),
            *ordered(RECORD_TYPE[4:6], record_type), *picklists,
            Out("recordTypeId", record_type["recordTypeId"])]


def describe_layout(store, asked):
    name = store.find(asked["sObjectType"])
    if not store.head(name)["layoutable"] or asked["layoutName"] is not None:
        what = asked["layoutName"] or name
        raise SalesforceError("INVALID_TYPE", f"no layout '{what}' of {name} is defined")
    types = store.record_types(name)
    wanted = [widen(each) for each in asked["recordTypeIds"]]
    for given, each in zip(asked["recordTypeIds"], wanted):
        if each not in [known["recordTypeId"] for known in types]:
            raise SalesforceError("INVALID_ID_FIELD", f"invalid record type id: {given}")
    types = [each for each in types if not wanted or each["recordTypeId"] in wanted]
    numbers = {each["recordTypeId"]: 0 if each["master"] else 1 for each in types}
    return [*(Out("layouts", layout(store, name, number))
              for number in sorted(set(numbers.values()))),
            *(Out("recordTypeMappings", mapping(store, name, each, layout_id(
                numbers[each["recordTypeId"]]))) for each in types),
            Out("recordTypeSelectorRequired", plain(len(types) > 2))]


def describe_softphone():
    def call(name, infos, sections, pops):
        return Out("callTypes", [
            *(Out("infoFields", [Out("name", each)]) for each in infos), Out("name", name),
            *(Out("screenPopOptions", [Out("matchType", match), Out("screenPopData", ""),
                                       Out("screenPopType", kind)]) for match, kind in pops),
            Out("screenPopsOpenWithin", "ExistingWindow"),
            *(Out("sections", [Out("entityApiName", entity),
                               *(Out("items", [Out("itemApiName", each)]) for each in items)])
              for entity, items in sections)])
    people = (("Account", ("Name", "Phone")), ("Contact", ("Name",)), ("Lead", ("Name", "Company")))
    return [call("Inbound", ("CALL_ANI", "CALL_DNIS"), people,
                 (("NoMatch", "PopToEntity"), ("SingleMatch", "PopToEntity"))),
            call("Outbound", ("CALL_DNIS",), people, ()), call("Internal", ("CALL_ANI",), (), ()),
            Out("id", layout_id(0, "04s7S00000")), Out("name", "Standard Softphone Layout")]


SETS = (("Sales", "Manage your sales process", True,
         ("Home", "Account", "Contact", "Opportunity", "Lead")),
        ("Everything", "Every object with a tab", False,
         ("Home", "Account", "Attachment", "Kind__c")))


def describe_tabs(store, url):
    def tab(name):
        known = name in store.objects
        image = f"{url}/img/{name.lower()}"
        return Out("tabs", [
            Out("colors", [Out("color", "6688EE"), Out("context", "primary"),
                           Out("theme", "theme4")]),
            Out("custom", plain(name.endswith("__c"))), Out("iconUrl", image + "32.png"),
            Out("icons", [Out("contentType", "image/png"), Out("height", "32"),
                          Out("theme", "theme3"), Out("url", image + "32.png"),
                          Out("width", "32")]),
            Out("label", store.head(name)["labelPlural"] if known else name),
            Out("miniIconUrl", image + "16.png"), Out("name", f"standard-{name}"),
            optional("sobjectName", name if known else None),
            Out("url", f"{url}/{store.objects[name]['prefix'] if known else 'home'}/o")])
    return [Out("result", [Out("description", words), Out("label", label),
                           Out("logoUrl", f"{url}/img/logo.png"), Out("selected", plain(selected)),
                           Out("tabSetId", layout_id(place, "02u7S00000")),
                           *(tab(name) for name in tabs)])
            for place, (label, words, selected, tabs) in enumerate(SETS)]
