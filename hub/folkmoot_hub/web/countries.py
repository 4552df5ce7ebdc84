"""English names of countries (ISO 3166-1, EU, XK) and of languages (BCP 47)."""

from __future__ import annotations

from typing import Final


def _table(text: str) -> dict[str, str]:
    return {code: name for code, _, name in (line.strip().partition(" ") for line in text.split("·") if line.strip())}


COUNTRIES: Final = _table("""
EU European Union · XK Kosovo ·
AD Andorra · AL Albania · AM Armenia · AT Austria · AZ Azerbaijan · BA Bosnia and Herzegovina · BE Belgium ·
BG Bulgaria · BY Belarus · CH Switzerland · CY Cyprus · CZ Czechia · DE Germany · DK Denmark · EE Estonia · ES Spain ·
FI Finland · FO Faroe Islands · FR France · GB United Kingdom · GE Georgia · GI Gibraltar · GL Greenland · GR Greece ·
HR Croatia · HU Hungary · IE Ireland · IM Isle of Man · IS Iceland · IT Italy · JE Jersey · GG Guernsey ·
LI Liechtenstein · LT Lithuania · LU Luxembourg · LV Latvia · MC Monaco · MD Moldova · ME Montenegro ·
MK North Macedonia · MT Malta · NL Netherlands · NO Norway · PL Poland · PT Portugal · RO Romania · RS Serbia ·
RU Russia · SE Sweden · SI Slovenia · SK Slovakia · SM San Marino · TR Türkiye · UA Ukraine · VA Holy See ·
AE United Arab Emirates · AF Afghanistan · AO Angola · AR Argentina · AU Australia · BD Bangladesh · BF Burkina Faso ·
BH Bahrain · BI Burundi · BJ Benin · BN Brunei · BO Bolivia · BR Brazil · BT Bhutan · BW Botswana · BZ Belize ·
CA Canada · CD Congo (Kinshasa) · CF Central African Republic · CG Congo (Brazzaville) · CI Côte d’Ivoire · CL Chile ·
CM Cameroon · CN China · CO Colombia · CR Costa Rica · CU Cuba · CV Cabo Verde · DJ Djibouti · DO Dominican Republic ·
DZ Algeria · EC Ecuador · EG Egypt · ER Eritrea · ET Ethiopia · FJ Fiji · GA Gabon · GH Ghana · GM Gambia ·
GN Guinea · GQ Equatorial Guinea · GT Guatemala · GW Guinea-Bissau · GY Guyana · HK Hong Kong · HN Honduras ·
HT Haiti · ID Indonesia · IL Israel · IN India · IQ Iraq · IR Iran · JM Jamaica · JO Jordan · JP Japan · KE Kenya ·
KG Kyrgyzstan · KH Cambodia · KM Comoros · KP North Korea · KR South Korea · KW Kuwait · KZ Kazakhstan · LA Laos ·
LB Lebanon · LK Sri Lanka · LR Liberia · LS Lesotho · LY Libya · MA Morocco · MG Madagascar · ML Mali · MM Myanmar ·
MN Mongolia · MR Mauritania · MU Mauritius · MV Maldives · MW Malawi · MX Mexico · MY Malaysia · MZ Mozambique ·
NA Namibia · NE Niger · NG Nigeria · NI Nicaragua · NP Nepal · NZ New Zealand · OM Oman · PA Panama · PE Peru ·
PG Papua New Guinea · PH Philippines · PK Pakistan · PR Puerto Rico · PS Palestine · PY Paraguay · QA Qatar ·
RW Rwanda · SA Saudi Arabia · SB Solomon Islands · SC Seychelles · SD Sudan · SG Singapore · SL Sierra Leone ·
SN Senegal · SO Somalia · SR Suriname · SS South Sudan · ST São Tomé and Príncipe · SV El Salvador · SY Syria ·
SZ Eswatini · TD Chad · TG Togo · TH Thailand · TJ Tajikistan · TL Timor-Leste · TM Turkmenistan · TN Tunisia ·
TT Trinidad and Tobago · TW Taiwan · TZ Tanzania · UG Uganda · US United States · UY Uruguay · UZ Uzbekistan ·
VE Venezuela · VN Vietnam · VU Vanuatu · WS Samoa · YE Yemen · ZA South Africa · ZM Zambia · ZW Zimbabwe ·
AG Antigua and Barbuda · AI Anguilla · AQ Antarctica · AS American Samoa · AW Aruba · AX Åland Islands · BB Barbados ·
BL Saint Barthélemy · BM Bermuda · BQ Caribbean Netherlands · BS Bahamas · BV Bouvet Island ·
CC Cocos (Keeling) Islands · CK Cook Islands · CW Curaçao · CX Christmas Island · DM Dominica · EH Western Sahara ·
FK Falkland Islands · FM Micronesia · GD Grenada · GF French Guiana · GP Guadeloupe ·
GS South Georgia and the South Sandwich Islands · GU Guam · HM Heard Island and McDonald Islands ·
IO British Indian Ocean Territory · KI Kiribati · KN Saint Kitts and Nevis · KY Cayman Islands · LC Saint Lucia ·
MF Saint Martin · MH Marshall Islands · MO Macao · MP Northern Mariana Islands · MQ Martinique · MS Montserrat ·
NC New Caledonia · NF Norfolk Island · NR Nauru · NU Niue · PF French Polynesia · PM Saint Pierre and Miquelon ·
PN Pitcairn Islands · PW Palau · RE Réunion · SH Saint Helena, Ascension and Tristan da Cunha ·
SJ Svalbard and Jan Mayen · SX Sint Maarten · TC Turks and Caicos Islands · TF French Southern Territories ·
TK Tokelau · TO Tonga · TV Tuvalu · UM United States Minor Outlying Islands · VC Saint Vincent and the Grenadines ·
VG British Virgin Islands · VI United States Virgin Islands · WF Wallis and Futuna · YT Mayotte
""")

LANGUAGES: Final = _table("""
bg Bulgarian · cs Czech · da Danish · de German · el Greek · en English · es Spanish · et Estonian · fi Finnish ·
fr French · ga Irish · hr Croatian · hu Hungarian · it Italian · lt Lithuanian · lv Latvian · mt Maltese · nl Dutch ·
pl Polish · pt Portuguese · ro Romanian · sk Slovak · sl Slovenian · sv Swedish ·
ar Arabic · be Belarusian · bs Bosnian · ca Catalan · cy Welsh · eu Basque · fa Persian · fo Faroese ·
gd Scottish Gaelic · gl Galician · he Hebrew · hi Hindi · hy Armenian · is Icelandic · ja Japanese · ka Georgian ·
ko Korean · lb Luxembourgish · mk Macedonian · nb Norwegian Bokmål · nn Norwegian Nynorsk · no Norwegian · ru Russian ·
se Northern Sami · sq Albanian · sr Serbian · tr Turkish · uk Ukrainian · und Language not stated · vi Vietnamese ·
zh Chinese · mul Several languages
""")
