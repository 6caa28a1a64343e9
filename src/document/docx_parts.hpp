// The fixed parts of a document: styles, numbering, settings, header and footer. Inner to the builder.
#pragma once

#include <string>
#include <string_view>

#include "document/docx_builder.hpp"

namespace yagura::document {

inline constexpr std::string_view xml_head = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)"
                                             "\n";
inline constexpr std::string_view office_relations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
inline constexpr std::string_view word_namespace =
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

std::string docx_styles(const DocxSetup& setup);
std::string docx_numbering(const DocxSetup& setup);
std::string docx_settings();
std::string docx_header(const DocxSetup& setup);
std::string docx_footer();
std::string docx_core(const Properties& properties);
std::string docx_content_types(std::string_view overrides);
std::string docx_relations(std::string_view more);

}  // namespace yagura::document
