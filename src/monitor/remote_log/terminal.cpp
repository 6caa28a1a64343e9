#include "monitor/remote_log/terminal.hpp"

#include <regex>

#include "base/text.hpp"

namespace yagura::monitor::remote_log {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_prompt = 240;  // also keeps std::regex shallow

// The line the cursor stands on, as a person sees it.
std::string last_line(std::string_view bytes) {
  if (bytes.size() > 2048) bytes.remove_prefix(bytes.size() - 2048);
  if (const std::size_t at = bytes.rfind('\n'); at != std::string_view::npos) bytes.remove_prefix(at + 1);
  return clean_output(bytes);
}

void drop_last_line(std::string& bytes) {
  const std::size_t at = bytes.rfind('\n');
  bytes.resize(at == std::string::npos ? 0 : at + 1);
}

}  // namespace

struct Terminal::Expressions {
  std::regex prompt, pager;
  bool has_pager = false;
};

Terminal::Terminal(const Clock& clock, ShellWire& session, const Dialect& dialect, const Mask& mask)
    : clock_(clock),
      session_(session),
      dialect_(dialect),
      mask_(mask),
      expressions_(std::make_unique<Expressions>()) {
  // They were compiled once when the file was read: they cannot fail here.
  expressions_->prompt = std::regex(dialect.prompt);
  expressions_->has_pager = !dialect.pager.empty();
  if (expressions_->has_pager) expressions_->pager = std::regex(dialect.pager);
}
Terminal::~Terminal() = default;

Result<> Terminal::start(Duration deadline) {
  YAGURA_CHECK(session_.open_shell(deadline));
  std::string greeting;
  YAGURA_TRY(const Ended ended, collect(greeting, 64U << 10, deadline));
  if (ended != Ended::prompt)
    return fail("remote_log.no_prompt", {{"seen", safe_text(last_line(greeting), mask_, 80, true)}});
  for (const std::string& line : dialect_.pager_off) {
    std::string ignored;
    YAGURA_TRY(const auto end, run(line, ignored, 64U << 10, deadline));
    if (end.hung) return fail("remote_log.no_prompt", {{"seen", ""}});
  }
  return {};
}

Result<Terminal::Ended> Terminal::collect(std::string& out, std::size_t most, Duration deadline) {
  bool arrived = false;  // something came that was not looked at yet
  while (true) {
    if (!arrived) {
      YAGURA_TRY(arrived, session_.receive(out, most, deadline));
    }
    if (!arrived) return Ended::timed_out;
    arrived = false;
    const std::string last = last_line(out);
    if (last.size() <= longest_prompt && !last.empty()) {
      if (expressions_->has_pager && std::regex_search(last, expressions_->pager)) {
        drop_last_line(out);
        YAGURA_CHECK(session_.send(" ", deadline));
        continue;
      }
      const bool fits = prompt_.empty() ? std::regex_match(last, expressions_->prompt) : last == prompt_;
      if (fits) {
        // A prompt is followed by silence; output that only looks like one goes on. After a ^C a device may
        // show more than one prompt: what comes before the command's echo is not yet its answer.
        const bool doubtful = !awaited_echo_.empty() && !out.contains(awaited_echo_);
        const Duration quiet = clock_.steady() + (doubtful ? 1000ms : 40ms);
        YAGURA_TRY(arrived, session_.receive(out, most, std::min<Duration>(deadline, quiet)));
        if (!arrived) {
          prompt_ = last;
          drop_last_line(out);
          return Ended::prompt;
        }
      }
    }
    if (out.size() >= most) return Ended::cut;
  }
}

// Stops what runs and waits for the prompt; what still comes is dropped.
Result<bool> Terminal::recover() {
  const Duration deadline = clock_.steady() + 2s;
  YAGURA_CHECK(session_.send("\x03", deadline));
  std::string dropped;
  bool arrived = false;
  while (true) {
    if (!arrived) {
      YAGURA_TRY(arrived, session_.receive(dropped, 1U << 20, deadline));
    }
    if (!arrived || clock_.steady() >= deadline) return false;
    arrived = false;
    const std::string last = last_line(dropped);
    if (expressions_->has_pager && last.size() <= longest_prompt &&
        std::regex_search(last, expressions_->pager))
      YAGURA_CHECK(session_.send("q", deadline));
    if (last.ends_with(prompt_)) {
      YAGURA_TRY(arrived, session_.receive(dropped, 1U << 20, clock_.steady() + 40ms));
      if (!arrived) return true;
    }
    if (dropped.size() > 4096) dropped.erase(0, dropped.size() - 2048);
  }
}

Result<TerminalEnd> Terminal::run(const std::string& command, std::string& out, std::size_t most,
                                  Duration deadline) {
  // The line goes out with CR, as a keyboard sends it.
  awaited_echo_ = recovered_ ? command : "";
  recovered_ = false;
  YAGURA_CHECK(session_.send(command + "\r", deadline));
  YAGURA_TRY(const Ended ended, collect(out, most, deadline));
  if (const std::size_t echo = awaited_echo_.empty() ? std::string::npos : out.find(awaited_echo_);
      echo != std::string::npos) {
    const std::size_t before = out.rfind('\n', echo);
    out.erase(0, before == std::string::npos ? 0 : before + 1);
  }
  awaited_echo_.clear();
  TerminalEnd end;
  end.cut = ended == Ended::cut;
  end.timed_out = ended == Ended::timed_out;
  if (ended != Ended::prompt) {
    const auto back = recover();
    if (!back && back.error().code == "remote_log.cancelled") return std::unexpected(back.error());
    end.hung = !back.value_or(false);
    recovered_ = true;
  }
  return end;
}

std::string Terminal::without_echo(std::string text, std::string_view command) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  if (trim(std::string_view(text).substr(0, end)).ends_with(trim(command)))
    text.erase(0, std::min(end + 1, text.size()));
  return text;
}

}  // namespace yagura::monitor::remote_log
