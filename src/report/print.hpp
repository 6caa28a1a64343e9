// Pages on paper (docx) and in a workbook (xlsx). The same pages give the same bytes.
#pragma once

#include <string>

#include "base/result.hpp"
#include "document/properties.hpp"
#include "report/pages.hpp"

namespace yagura::report {

Result<std::string> print_docx(const Pages& pages, const document::Properties& properties);
// One sheet of figures, then one for each table; each figure leads to the rows behind it.
Result<std::string> print_xlsx(const Pages& pages, const document::Properties& properties);

}  // namespace yagura::report
