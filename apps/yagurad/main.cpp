// yagurad: starts the server and waits for a signal.
#include <fmt/core.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <cstdio>

#include "base/heap.hpp"
#include "schema/words.hpp"
#include "yagurad/options.hpp"
#include "yagurad/server.hpp"

namespace {

int complain(const yagura::Error& error, const std::filesystem::path& share) {
  std::string message = error.text(), advice;
  if (const auto words = yagura::schema::Words::load(share / "errors")) {
    const char* language = std::getenv("LANG");
    const bool japanese = language && std::string_view(language).starts_with("ja");
    const auto said =
        words->say(error, japanese ? yagura::schema::Language::ja : yagura::schema::Language::en);
    message = said.message;
    advice = said.advice;
  }
  fmt::print(stderr, "yagurad: {} [{}]\n", message, error.text());
  if (!advice.empty()) fmt::print(stderr, "         {}\n", advice);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace yagura::yagurad;
  yagura::use_few_heaps();
  const std::vector<std::string> args(argv + 1, argv + argc);
  const auto options = read_options(args);
  if (!options) return complain(options.error(), "share");
  if (options->help) {
    fmt::print("{}", usage());
    return 0;
  }
  // Signals are waited for, not handled: every thread of the server has them blocked.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  auto server = Server::start(*options);
  if (!server) return complain(server.error(), options->share);
  fmt::print("\n  Yagura  {}\n", (*server)->address());
  if (const auto link = (*server)->first_link(); !link.empty())
    fmt::print("  最初の管理者の設定 / first administrator (user name: admin):\n  {}\n", link);
  fmt::print("\n");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  fmt::print("yagurad: stopping\n");
  server->reset();
  return 0;
}
