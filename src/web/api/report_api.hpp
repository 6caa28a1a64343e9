// REST operations of reports: the list of those made, making one as a job, fetching its files.
//
//   ReportApi reports{.ground = api, .archive = archive, .months = source, .layout = layout};
//   add_report_routes(router, reports);     // reports outlives the server and the job board
//
// Purpose: between share/openapi.yaml (tag report) and src/report. A month that is still under way can be
//          made; it is marked as not final in its name and its file's name. PDF is made where LibreOffice is;
//          when it fails there, the report has no PDF and the job's words say so.
// Rights:  report_read, report_make.
// Errors:  report.month_invalid, report.month_in_future, those of the archive and of making.
// Threads: read by all workers; one report is made at a time.
// Follows: requirements D1, D2.
#pragma once

#include <mutex>

#include "document/pdf.hpp"
#include "report/archive.hpp"
#include "report/figures.hpp"
#include "report/layout.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct ReportApi {
  const Api& ground;
  report::ReportArchive& archive;
  report::MonthSource& months;
  const report::Layout& layout;
  document::PdfOptions pdf = {};
  mutable std::mutex making = {};  // a MonthSource is called from one thread at a time
};

void add_report_routes(Router& router, const ReportApi& api);

}  // namespace yagura::web
