// A chart for a Word document: its drawing and the workbook with its numbers. Inner to the builder.
#pragma once

#include <string>

#include "base/result.hpp"
#include "document/chart.hpp"
#include "document/properties.hpp"

namespace yagura::document {

struct DocxChart {
  std::string chart_xml;  // names its workbook as rId1
  std::string workbook;
};

Result<DocxChart> docx_chart(const ChartData& data, const Properties& properties);

}  // namespace yagura::document
