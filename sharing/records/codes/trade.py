"""The lists that describe goods, transport, papers and the people around them."""

from django.utils.translation import gettext_lazy as _

from .lists import ShortList

LISTS = (
    # UN/ECE Recommendation 19.
    ShortList("mode", _("Modes of transport"), {
        "1": _("Sea"), "2": _("Rail"), "3": _("Road"), "4": _("Air"), "5": _("Mail"),
        "6": _("Several modes"), "7": _("Fixed installation (pipeline)"),
        "8": _("Inland waterway"), "9": _("Other or not known"),
    }),
    # UN/ECE Recommendation 20, the units customs uses most.
    ShortList("unit", _("Units"), {
        "KGM": _("kilograms"), "GRM": _("grams"), "TNE": _("tonnes"), "LBR": _("pounds"),
        "LTR": _("litres"), "HLT": _("hectolitres"), "GLL": _("US gallons"), "BLL": _("barrels"),
        "MTQ": _("cubic metres"), "MTK": _("square metres"), "MTR": _("metres"),
        "C62": _("pieces"), "PR": _("pairs"), "DZN": _("dozens"), "MIL": _("thousands"),
        "SET": _("sets"), "CT": _("cartons"), "PK": _("packages"), "PX": _("pallets"),
        "CTM": _("carats"), "KWH": _("kilowatt hours"), "P1": _("per cent"),
    }),
    ShortList("party_role", _("Roles of parties"), {
        "producer": _("Producer"), "producer_declared": _("Declared producer"),
        "exporter": _("Exporter"), "importer": _("Importer"),
        "us_importer": _("Importer in the United States"),
        "mx_importer": _("Importer in Mexico"), "ca_importer": _("Importer in Canada"),
        "shipper": _("Shipper"), "consignee": _("Consignee"), "notify": _("Notify party"),
        "buyer": _("Buyer"), "seller": _("Seller"), "platform_seller": _("Seller on a platform"),
        "carrier": _("Carrier"), "forwarder": _("Forwarder"), "broker": _("Customs broker"),
        "warehouse": _("Warehouse keeper"), "packer": _("Packer"), "driver": _("Driver"),
        "courier": _("Courier"), "owner": _("Owner"), "director": _("Director"),
        "vessel": _("Vessel"), "means_of_transport": _("Means of transport"),
        "other": _("Other"),
    }),
    ShortList("conveyance", _("Conveyances"), {
        "container": _("Container"), "vessel": _("Vessel"), "tanker": _("Tanker"),
        "fishing_vessel": _("Fishing vessel"), "truck": _("Lorry"), "trailer": _("Trailer"),
        "reefer_truck": _("Refrigerated lorry"), "car": _("Car"), "bus": _("Bus"),
        "railcar": _("Rail car"), "aircraft": _("Aircraft"), "air_waybill": _("Air waybill"),
        "parcel": _("Parcel"), "pipeline": _("Pipeline"), "person": _("Carried by a person"),
        "other": _("Other"),
    }),
    ShortList("route_role", _("Steps of a route"), {
        "origin": _("Origin"), "bought": _("Bought"), "packed": _("Packed"),
        "stuffed": _("Stuffed"), "consolidated": _("Consolidated"), "loaded": _("Loaded"),
        "transshipped": _("Transshipped"), "in_transit": _("In transit"),
        "discharged": _("Discharged"), "eta": _("Expected arrival"), "crossed": _("Crossed"),
        "entered": _("Entered"), "temporary_import": _("Temporary import"),
        "warehoused": _("Bonded warehouse"), "processed": _("Processed"),
        "repacked": _("Re-packed"), "fulfilled": _("Fulfilled"), "exported": _("Exported"),
        "exported_in_bond": _("Exported in bond"), "examined": _("Examined"),
        "detained": _("Detained"), "seized": _("Seized"),
        "intended_transit": _("Intended transit"), "destination": _("Destination"),
        "intended_destination": _("Intended destination"), "onward": _("Onward"),
        "alternative": _("Alternative route"), "other": _("Other"),
    }),
    ShortList("document", _("Documents"), {
        "certificate_of_origin": _("Certification of origin"),
        "customs_entry": _("Customs entry"), "pedimento": _("Pedimento"),
        "export_declaration": _("Export declaration"), "manifest": _("Manifest"),
        "bill_of_lading": _("Bill of lading"), "air_waybill": _("Air waybill"),
        "invoice": _("Invoice"), "packing_list": _("Packing list"), "licence": _("Licence"),
        "permit": _("Permit"), "mill_certificate": _("Mill certificate"),
        "laboratory_report": _("Laboratory report"), "inspection_report": _("Inspection report"),
        "in_bond": _("In-bond movement"), "payment": _("Payment record"), "other": _("Other"),
    }),
    ShortList("cites", _("CITES appendices"), {
        "none": _("Not listed"), "I": _("Appendix I"), "II": _("Appendix II"),
        "III": _("Appendix III"),
    }),
    # ISO 6346 size and type codes in common use.
    ShortList("container_type", _("Container sizes and types"), {
        "22G1": _("20 ft, general purpose"), "22R1": _("20 ft, refrigerated"),
        "22U1": _("20 ft, open top"), "22P1": _("20 ft, flat rack"),
        "22P3": _("20 ft, folding flat rack"), "22T1": _("20 ft, tank"),
        "22T6": _("20 ft, tank for dangerous liquids"), "22V0": _("20 ft, ventilated"),
        "22B1": _("20 ft, dry bulk"), "25G1": _("20 ft high cube, general purpose"),
        "25R1": _("20 ft high cube, refrigerated"), "42G1": _("40 ft, general purpose"),
        "42R1": _("40 ft, refrigerated"), "42U1": _("40 ft, open top"),
        "42P1": _("40 ft, flat rack"), "42P3": _("40 ft, folding flat rack"),
        "42T1": _("40 ft, tank"), "45G1": _("40 ft high cube, general purpose"),
        "45R1": _("40 ft high cube, refrigerated"), "45U1": _("40 ft high cube, open top"),
        "45P3": _("40 ft high cube, folding flat rack"),
        "L5G1": _("45 ft high cube, general purpose"), "L5R1": _("45 ft high cube, refrigerated"),
        "M5G1": _("48 ft high cube, general purpose"),
        "P5G1": _("53 ft high cube, general purpose"),
    }),
)
