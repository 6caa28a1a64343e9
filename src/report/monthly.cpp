#include "report/monthly.hpp"

#include <fmt/format.h>

#include "report/pages.hpp"
#include "report/print.hpp"

namespace yagura::report {

Result<Report> make_report(const MonthFigures& figures, const Layout& layout, Language language) {
  if (figures.month.month < 1 || figures.month.month > 12)
    return fail("report.figures_invalid", {{"what", "month"}, {"name", fmt::to_string(figures.month.month)}});
  YAGURA_TRY(const auto account, count(figures));
  const Facts facts(account, layout, language);
  const Pages pages = make_pages(facts);
  const document::Properties properties = {.title = pages.title + " " + pages.month,
                                           .author = pages.contractor,
                                           .subject = pages.contract,
                                           .created = account.within.to};
  Report out;
  out.name = fmt::format("{}_{:04}-{:02}", pages.title, figures.month.year, figures.month.month);
  YAGURA_TRY(out.docx, print_docx(pages, properties));
  YAGURA_TRY(out.xlsx, print_xlsx(pages, properties));
  return out;
}

}  // namespace yagura::report
