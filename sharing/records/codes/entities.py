"""The lists about suspect entities: what they are, how they are known, how they relate."""

from django.utils.translation import gettext_lazy as _

from .lists import ShortList

LISTS = (
    ShortList("entity_type", _("Kinds of entity"), {
        "person": _("Person"), "company": _("Company"), "vessel": _("Vessel"),
        "vehicle": _("Vehicle"), "container": _("Container"), "address": _("Address"),
        "online_seller": _("Online seller"),
    }),
    ShortList("identifier_scheme", _("Identifier schemes"), {
        "RFC": _("RFC (Mexico, tax)"), "CURP": _("CURP (Mexico, person)"),
        "BN9": _("Business number (Canada, 9 digits)"),
        "BN15": _("Business number with account (Canada, 15 characters)"),
        "EIN": _("EIN (United States, tax)"),
        "US_IMPORTER_NO": _("Importer number (United States)"),
        "MID": _("Manufacturer identification code (MID)"),
        "LEI": _("Legal entity identifier (LEI)"), "IMMEX": _("IMMEX programme (Mexico)"),
        "CARRIER_CODE": _("Carrier code"), "TX_SOS": _("Register of companies (Texas)"),
        "NEQ": _("Enterprise number (Québec)"),
        "CN_USCC": _("Unified social credit code (China)"),
        "HK_BR": _("Business registration (Hong Kong)"), "IMO": _("IMO number"),
        "MMSI": _("MMSI"), "CALL_SIGN": _("Call sign"),
        "ISO6346": _("Container number (ISO 6346)"), "VIN": _("Vehicle number (VIN)"),
        "RAILCAR": _("Rail car number"), "PLATE": _("Number plate"), "AWB": _("Air waybill"),
        "PASSPORT": _("Passport"), "NATIONAL_ID": _("National identity document"),
        "PHONE": _("Telephone"), "EMAIL": _("E-mail address"), "URL": _("Web address"),
        "SERIAL": _("Serial number"), "OTHER": _("Other"),
    }),
    ShortList("relation", _("Relations"), {
        "supplies": _("Supplies"), "buys_from": _("Buys from"), "sells_to": _("Sells to"),
        "ships_to": _("Ships to"), "receives_from": _("Receives from"),
        "owns": _("Owns"), "owned_by": _("Is owned by"), "directs": _("Directs"),
        "directed_by": _("Is directed by"), "shares_director_with": _("Shares a director with"),
        "shares_address_with": _("Shares an address with"),
        "shares_phone_with": _("Shares a telephone with"), "chartered": _("Chartered"),
        "chartered_by": _("Was chartered by"), "drives_for": _("Drives for"),
        "works_for": _("Works for"), "employs": _("Employs"), "successor_of": _("Succeeds"),
        "same_as": _("Is probably the same as"), "other": _("Other"),
    }),
    ShortList("sex", _("Sex as in the document"), {
        "F": _("Female"), "M": _("Male"), "X": _("Unspecified"),
    }),
    ShortList("warning", _("Warnings"), {
        "armed": _("Armed"), "violent": _("Violent"), "escape": _("May flee"),
        "hazardous_goods": _("Hazardous goods"), "counter_surveillance": _("Counter-surveillance"),
    }),
)
