#include "document/docx_parts.hpp"

#include <fmt/format.h>

#include "document/xml_text.hpp"

namespace yagura::document {

namespace {

std::string fonts(std::string_view name) {
  const auto n = escape_xml(name);
  return fmt::format(R"(<w:rFonts w:ascii="{0}" w:eastAsia="{0}" w:hAnsi="{0}" w:cs="{0}"/>)", n);
}

std::string heading_style(int level, const std::string& font, int half_points, int before, int after) {
  return fmt::format(
      R"(<w:style w:type="paragraph" w:styleId="Heading{0}"><w:name w:val="heading {0}"/><w:basedOn w:val="Normal"/>)"
      R"(<w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="{3}" w:after="{4}"/>)"
      R"(<w:outlineLvl w:val="{5}"/></w:pPr><w:rPr>{1}<w:b/><w:sz w:val="{2}"/><w:szCs w:val="{2}"/></w:rPr></w:style>)",
      level, font, half_points, before, after, level - 1);
}

std::string level(int index, std::string_view format, std::string_view text, std::string_view style, int left,
                  int hanging, std::string_view suffix) {
  return fmt::format(
      R"(<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/>{}<w:suff w:val="{}"/><w:lvlText w:val="{}"/>)"
      R"(<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{}" w:hanging="{}"/></w:pPr></w:lvl>)",
      index, format, style.empty() ? "" : fmt::format(R"(<w:pStyle w:val="{}"/>)", style), suffix,
      escape_xml(text), left, hanging);
}

}  // namespace

std::string docx_styles(const DocxSetup& setup) {
  const auto body = fonts(setup.body_font), gothic = fonts(setup.heading_font);
  std::string out(xml_head);
  out += fmt::format(
      R"(<w:styles xmlns:w="{}"><w:docDefaults><w:rPrDefault><w:rPr>{}<w:kern w:val="2"/><w:sz w:val="21"/><w:szCs w:val="21"/>)"
      R"(<w:lang w:val="en-US" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>)"
      R"(<w:pPrDefault><w:pPr><w:spacing w:after="60"/></w:pPr></w:pPrDefault></w:docDefaults>)"
      R"(<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>)"
      R"(<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>)"
      R"(<w:uiPriority w:val="1"/><w:semiHidden/></w:style>)"
      R"(<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>)"
      R"(<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>)"
      R"(<w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>)",
      word_namespace, body);
  out += heading_style(1, gothic, 28, 360, 120) + heading_style(2, gothic, 23, 240, 80) +
         heading_style(3, gothic, 21, 160, 60);
  out +=
      R"(<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/><w:basedOn w:val="Normal"/></w:style>)"
      R"(<w:style w:type="paragraph" w:styleId="Header"><w:name w:val="header"/><w:basedOn w:val="Normal"/>)"
      R"(<w:rPr><w:color w:val="595959"/><w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr></w:style>)"
      R"(<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/>)"
      R"(<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>)";
  out += fmt::format(
      R"(<w:style w:type="table" w:styleId="Grid"><w:name w:val="Report Grid"/><w:basedOn w:val="TableNormal"/>)"
      R"(<w:pPr><w:spacing w:before="30" w:after="30"/></w:pPr>)"
      R"(<w:rPr>{}</w:rPr><w:tblPr><w:tblBorders>)"
      R"(<w:top w:val="single" w:sz="6" w:space="0" w:color="595959"/><w:left w:val="single" w:sz="4" w:space="0" w:color="949494"/>)"
      R"(<w:bottom w:val="single" w:sz="6" w:space="0" w:color="595959"/><w:right w:val="single" w:sz="4" w:space="0" w:color="949494"/>)"
      R"(<w:insideH w:val="single" w:sz="4" w:space="0" w:color="949494"/><w:insideV w:val="single" w:sz="4" w:space="0" w:color="949494"/>)"
      R"(</w:tblBorders></w:tblPr></w:style></w:styles>)",
      gothic);
  return out;
}

std::string docx_numbering(const DocxSetup& setup) {
  std::string out(xml_head);
  out += fmt::format(
      R"(<w:numbering xmlns:w="{}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>)",
      word_namespace);
  out += level(0, "decimal", setup.chapter, "Heading1", 0, 0, "space") +
         level(1, "decimal", "%1.%2", "Heading2", 0, 0, "space") +
         level(2, "decimal", "(%3)", "Heading3", 0, 0, "space");
  out += R"(</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>)";
  out += level(0, "bullet", "・", "", 420, 210, "nothing");
  out += R"(</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>)"
         R"(<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>)";
  return out;
}

std::string docx_settings() {
  return std::string(xml_head) +
         fmt::format(
             R"(<w:settings xmlns:w="{}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="840"/>)"
             R"(<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" )"
             R"(w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>)"
             R"(<w:themeFontLang w:val="en-US" w:eastAsia="ja-JP"/></w:settings>)",
             word_namespace);
}

std::string docx_header(const DocxSetup& setup) {
  return std::string(xml_head) +
         fmt::format(
             R"(<w:hdr xmlns:w="{}"><w:p><w:pPr><w:pStyle w:val="Header"/><w:jc w:val="right"/></w:pPr>)"
             R"(<w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p></w:hdr>)",
             word_namespace, escape_xml(setup.header_text));
}

std::string docx_footer() {
  constexpr std::string_view field =
      R"(<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>)"
      R"(<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>)";
  return std::string(xml_head) +
         fmt::format(
             R"(<w:ftr xmlns:w="{}"><w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="center"/></w:pPr>)"
             R"(<w:r><w:t xml:space="preserve">- </w:t></w:r>{}<w:r><w:t xml:space="preserve"> -</w:t></w:r></w:p></w:ftr>)",
             word_namespace, field);
}

std::string docx_core(const Properties& properties) {
  const auto when = to_rfc3339(std::chrono::floor<std::chrono::seconds>(properties.created));
  return std::string(xml_head) +
         fmt::format(
             R"(<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" )"
             R"(xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" )"
             R"(xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{0}</dc:title><dc:subject>{1}</dc:subject>)"
             R"(<dc:creator>{2}</dc:creator><cp:lastModifiedBy>{2}</cp:lastModifiedBy>)"
             R"(<dcterms:created xsi:type="dcterms:W3CDTF">{3}</dcterms:created>)"
             R"(<dcterms:modified xsi:type="dcterms:W3CDTF">{3}</dcterms:modified><dc:language>ja-JP</dc:language></cp:coreProperties>)",
             escape_xml(properties.title), escape_xml(properties.subject), escape_xml(properties.author),
             when);
}

std::string docx_content_types(std::string_view overrides) {
  constexpr std::string_view word = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
  std::string out(xml_head);
  out +=
      R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">)"
      R"(<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>)"
      R"(<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>)"
      R"(<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>)";
  for (const auto& [part, kind] : {std::pair{"document", "document.main"},
                                   {"styles", "styles"},
                                   {"numbering", "numbering"},
                                   {"settings", "settings"},
                                   {"header1", "header"},
                                   {"footer1", "footer"}})
    out += fmt::format(R"(<Override PartName="/word/{}.xml" ContentType="{}{}+xml"/>)", part, word, kind);
  out +=
      R"(<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>)";
  return out + std::string(overrides) + "</Types>";
}

std::string docx_relations(std::string_view more) {
  std::string out(xml_head);
  out += R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)";
  int id = 1;
  for (const auto& [type, target] : {std::pair{"styles", "styles"},
                                     {"numbering", "numbering"},
                                     {"settings", "settings"},
                                     {"header", "header1"},
                                     {"footer", "footer1"}})
    out += fmt::format(R"(<Relationship Id="rId{}" Type="{}/{}" Target="{}.xml"/>)", id++, office_relations,
                       type, target);
  return out + std::string(more) + "</Relationships>";
}

}  // namespace yagura::document
