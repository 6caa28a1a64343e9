// Fills a Word document made by people: their layout, our values.
//
// Placeholders, typed in Word as text, in the body, headers, footers and text boxes:
//   {{name}}                 the value of `name`; line breaks and tabs in it are kept
//   {{#devices}} ... {{/devices}}   in table rows: the rows from the first to the last mark are repeated for
//                            each entry; inside, an entry's own values come before those of the document
// Word splits typed text over runs as it pleases; a placeholder is found all the same and takes the look of
// its first character. Values are text: a value that looks like a placeholder is not filled again. Nothing is
// left out silently: a placeholder without a value, or not closed, is an error. The same template and values
// give the same bytes.
// Errors:  document.template_invalid(name, reason), document.not_a_document, those of archive.hpp.
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "document/archive.hpp"

namespace yagura::document {

using TemplateFields = std::map<std::string, std::string, std::less<>>;

struct TemplateValues {
  TemplateFields fields = {};
  std::map<std::string, std::vector<TemplateFields>, std::less<>> rows = {};
};

// `limits` hold for templates that strangers may send.
Result<std::string> fill_docx(std::string template_bytes, const TemplateValues& values,
                              const ArchiveLimits& limits = {});

// Names as written, in order of first use, with the marks of rows ("#devices", "/devices"): what a form asks
// for.
Result<std::vector<std::string>> docx_placeholders(std::string template_bytes,
                                                   const ArchiveLimits& limits = {});

}  // namespace yagura::document
