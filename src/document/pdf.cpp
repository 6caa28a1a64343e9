#include "document/pdf.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/text.hpp"
#include "document/archive.hpp"

namespace yagura::document {

namespace {

namespace fs = std::filesystem;

std::unexpected<Error> failed(std::string reason) {
  return fail("document.pdf_failed", {{"reason", std::move(reason)}});
}

std::string find_program(const PdfOptions& options) {
  if (!options.program.empty()) return access(options.program.c_str(), X_OK) == 0 ? options.program : "";
  const char* path = std::getenv("PATH");
  for (const auto folder : split(path == nullptr ? "/usr/bin:/bin" : path, ':'))
    for (const auto* name : {"soffice", "libreoffice"}) {
      std::string candidate = std::string(folder) + "/" + name;
      if (!folder.empty() && access(candidate.c_str(), X_OK) == 0) return candidate;
    }
  return {};
}

// Fonts that offices name and a server seldom has, each with what stands in for it.
constexpr std::string_view font_rules =
    R"(<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<alias binding="same"><family>ＭＳ 明朝</family><prefer><family>MS Mincho</family><family>BIZ UDMincho</family><family>IPAMincho</family><family>Noto Serif CJK JP</family></prefer></alias>
<alias binding="same"><family>ＭＳ Ｐ明朝</family><prefer><family>MS PMincho</family><family>BIZ UDPMincho</family><family>IPAPMincho</family><family>Noto Serif CJK JP</family></prefer></alias>
<alias binding="same"><family>游明朝</family><prefer><family>Yu Mincho</family><family>BIZ UDPMincho</family><family>Noto Serif CJK JP</family></prefer></alias>
<alias binding="same"><family>ＭＳ ゴシック</family><prefer><family>MS Gothic</family><family>BIZ UDGothic</family><family>IPAGothic</family><family>Noto Sans CJK JP</family></prefer></alias>
<alias binding="same"><family>ＭＳ Ｐゴシック</family><prefer><family>MS PGothic</family><family>BIZ UDPGothic</family><family>IPAPGothic</family><family>Noto Sans CJK JP</family></prefer></alias>
<alias binding="same"><family>游ゴシック</family><prefer><family>Yu Gothic</family><family>BIZ UDPGothic</family><family>Noto Sans CJK JP</family></prefer></alias>
</fontconfig>
)";

struct JobFolder {
  std::string path;
  ~JobFolder() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
};

struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

// Starts the program in a process group of its own, silent, and waits. False: it had to be killed.
Result<bool> run(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
                 Duration time_out) {
  std::vector<char*> argv, envp;
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  for (const auto& e : environment) envp.push_back(const_cast<char*>(e.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  for (const int descriptor : {0, 1, 2})
    posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY,
                                     0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments[0].c_str(), &files, &attributes, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return failed(std::strerror(error));

  const Descriptor watch{static_cast<int>(syscall(SYS_pidfd_open, child, 0))};
  pollfd ended{watch.number, POLLIN, 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(time_out).count();
  int got = 0;
  do got = poll(&ended, 1, static_cast<int>(milliseconds));
  while (got < 0 && errno == EINTR);
  // The launcher may leave its worker behind, so the whole group goes either way.
  kill(-child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return got > 0;
}

}  // namespace

bool pdf_available(const PdfOptions& options) { return !find_program(options).empty(); }

Result<std::string> to_pdf(std::string_view bytes, std::string_view extension, const PdfOptions& options) {
  YAGURA_ASSERT(extension == "docx" || extension == "xlsx");
  const std::string program = find_program(options);
  if (program.empty()) return fail("document.pdf_unavailable");
  std::string folder = options.work_folder + "/yagura-pdf-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return failed(std::strerror(errno));
  const JobFolder job{folder};
  const std::string input = fmt::format("{}/document.{}", folder, extension);
  YAGURA_CHECK(write_file(input, bytes));
  YAGURA_CHECK(write_file(folder + "/fonts.conf", font_rules));
  const char* path = std::getenv("PATH");
  YAGURA_TRY(const bool ended,
             run({program, "-env:UserInstallation=file://" + folder + "/profile", "--headless", "--norestore",
                  "--nolockcheck", "--convert-to", "pdf", "--outdir", folder + "/out", input},
                 {std::string("PATH=") + (path == nullptr ? "/usr/bin:/bin" : path), "HOME=" + folder,
                  "LANG=C.UTF-8", "SAL_USE_VCLPLUGIN=svp", "FONTCONFIG_FILE=" + folder + "/fonts.conf"},
                 options.time_out));
  if (!ended)
    return fail(
        "document.pdf_timeout",
        {{"seconds", fmt::to_string(std::chrono::ceil<std::chrono::seconds>(options.time_out).count())}});
  auto pdf = read_file(folder + "/out/document.pdf");
  if (!pdf) return failed("LibreOffice made no file");
  if (!pdf->starts_with("%PDF-")) return failed("what LibreOffice made is no PDF");
  return pdf;
}

}  // namespace yagura::document
