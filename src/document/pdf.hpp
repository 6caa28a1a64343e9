// Turns a workbook or document of ours into PDF by LibreOffice, where it is installed.
//
// Purpose: the PDF that goes with a report. Each job has its own folder, profile and font rules (the two
//          fonts of Windows, ＭＳ 明朝 and ＭＳ ゴシック, are shown by the closest Japanese font there is),
//          no shell is used, and the result is looked at: LibreOffice's exit status says nothing.
// Not for: files from strangers. LibreOffice is large and runs with our rights.
// Note:    two runs give PDFs with different dates and ids inside.
// Errors:  document.pdf_unavailable, document.pdf_failed(reason), document.pdf_timeout(seconds).
// Threads: any; each call runs its own process and waits for it. A job takes 1-3 s and some 200 MB.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace yagura::document {

struct PdfOptions {
  Duration time_out = std::chrono::seconds(120);
  std::string program = {};          // "": soffice or libreoffice on the PATH
  std::string work_folder = "/tmp";  // a folder of the job's own is made in it and removed
};

// extension: "docx" or "xlsx".
Result<std::string> to_pdf(std::string_view bytes, std::string_view extension,
                           const PdfOptions& options = {});

// Whether to_pdf() has a program to call, so that a screen can offer it or say why not.
bool pdf_available(const PdfOptions& options = {});

}  // namespace yagura::document
