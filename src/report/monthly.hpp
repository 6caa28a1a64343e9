// The monthly report: from a month's figures to the files that go to the city.
//
//   YAGURA_TRY(auto layout, load_layout("share/reports/monthly.yaml"));
//   YAGURA_TRY(auto figures, source.figures(contract, {2026, 4}));
//   YAGURA_TRY(auto report, make_report(figures, layout));
//   // report.docx, report.xlsx: bytes; document::to_pdf(report.docx, "docx") where LibreOffice is
//
// The same figures and layout give the same bytes: the date in the files is figures.as_of, not today.
// Errors:  report.figures_invalid, those of document.
// Threads: pure functions.
#pragma once

#include <string>

#include "base/result.hpp"
#include "report/figures.hpp"
#include "report/layout.hpp"

namespace yagura::report {

struct Report {
  std::string name;  // 月次報告書_2026-04, without the ending
  std::string docx, xlsx;
};

Result<Report> make_report(const MonthFigures& figures, const Layout& layout,
                           Language language = Language::ja);

}  // namespace yagura::report
