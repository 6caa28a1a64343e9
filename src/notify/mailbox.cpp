#include "notify/mailbox.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "notify/mail_message.hpp"
#include "notify/mail_wire.hpp"

namespace yagura::notify {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> failed(std::string why) {
  return fail("notify.mailbox_failed", {{"reason", std::move(why)}});
}

class Maildir final : public Mailbox {
 public:
  explicit Maildir(fs::path folder) : folder_(std::move(folder)) {}

  Result<int> each(const Take& take, int most) override {
    std::error_code ec;
    std::vector<std::string> names;
    for (fs::directory_iterator at(folder_ / "new", ec), end; !ec && at != end; at.increment(ec))
      if (at->is_regular_file(ec) && !at->is_symlink(ec)) names.push_back(at->path().filename().string());
    if (ec) return failed(ec.message());
    std::ranges::sort(names);
    int done = 0;
    for (const auto& name : names) {
      if (done == most) break;
      const auto bytes = read(folder_ / "new" / name);
      if (!bytes) return std::unexpected(bytes.error());
      // What is beyond any bound is not a mail that somebody wrote.
      bool taken = false;
      if (*bytes) {
        YAGURA_TRY(taken, take(**bytes));
      }
      YAGURA_CHECK(put_away(name, taken));
      ++done;
    }
    return done;
  }

 private:
  // Nothing of a file that is too large.
  static Result<std::optional<std::string>> read(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return failed(path.filename().string());
    struct stat about{};
    std::optional<std::string> out;
    if (::fstat(fd, &about) == 0 && about.st_size <= static_cast<off_t>(mail_most)) {
      out.emplace(static_cast<std::size_t>(about.st_size), '\0');
      std::size_t at = 0;
      for (ssize_t n = 1; at < out->size() && n > 0; at += static_cast<std::size_t>(std::max<ssize_t>(n, 0)))
        n = ::read(fd, out->data() + at, out->size() - at);
      out->resize(at);
    }
    ::close(fd);
    return out;
  }
  Result<void> put_away(const std::string& name, bool taken) {
    std::error_code ec;
    const auto to = folder_ / (taken ? "cur" : "refused");
    fs::create_directories(to, ec);
    if (!ec) fs::rename(folder_ / "new" / name, to / (taken ? name + ":2,S" : name), ec);
    if (ec) return failed(ec.message());
    return {};
  }
  fs::path folder_;
};

std::size_t collect(char* data, std::size_t size, std::size_t count, void* to) {
  auto& out = *static_cast<std::string*>(to);
  if (out.size() + size * count > mail_most + 1) return 0;  // ends the transfer
  out.append(data, size * count);
  return size * count;
}

class Imap final : public Mailbox {
 public:
  explicit Imap(MailboxSettings settings) : settings_(std::move(settings)) {}

  Result<int> each(const Take& take, int most) override {
    const Handle handle = new_handle();
    CURL* h = handle.get();
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    const Secured secured(h, settings_.require_tls, settings_.ca_file);
    curl_easy_setopt(h, CURLOPT_USERNAME, settings_.user.c_str());
    curl_easy_setopt(h, CURLOPT_PASSWORD, settings_.password.c_str());
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, collect);
    YAGURA_TRY(const auto found, command(h, secured, "UID SEARCH UNKEYWORD YaguraDone UNDELETED"));
    int done = 0;
    for (const auto uid : numbers(found)) {
      if (done == most) break;
      std::string bytes;
      const auto address = settings_.imap + "/;UID=" + std::to_string(uid);
      curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, nullptr);
      curl_easy_setopt(h, CURLOPT_URL, address.c_str());
      curl_easy_setopt(h, CURLOPT_WRITEDATA, &bytes);
      const auto got = curl_easy_perform(h);
      const bool too_large = got == CURLE_WRITE_ERROR;
      if (got != CURLE_OK && !too_large) return refused(secured, got);
      bool taken = false;
      if (!too_large) {
        YAGURA_TRY(taken, take(bytes));
      }
      YAGURA_CHECK(command(h, secured,
                           "UID STORE " + std::to_string(uid) +
                               (taken ? " +FLAGS (YaguraDone)" : " +FLAGS (YaguraDone \\Flagged)")));
      ++done;
    }
    return done;
  }

 private:
  std::unexpected<Error> refused(const Secured& secured, CURLcode done) const {
    return std::unexpected(secured.failure(done, settings_.imap, "notify.mailbox_failed"));
  }
  Result<std::string> command(CURL* h, const Secured& secured, const std::string& words) {
    std::string answer;
    curl_easy_setopt(h, CURLOPT_URL, settings_.imap.c_str());
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, words.c_str());
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &answer);
    const auto done = curl_easy_perform(h);
    if (done != CURLE_OK) return refused(secured, done);
    return answer;
  }
  // "* SEARCH 4 7 9"
  static std::vector<std::uint64_t> numbers(std::string_view answer) {
    std::vector<std::uint64_t> out;
    for (const auto line : split(answer, '\n')) {
      if (!line.starts_with("* SEARCH")) continue;
      for (const auto word : split(trim(line.substr(8)), ' ')) {
        std::uint64_t uid = 0;
        const auto [end, ec] = std::from_chars(word.data(), word.data() + word.size(), uid);
        if (ec == std::errc{} && end == word.data() + word.size() && uid != 0) out.push_back(uid);
      }
    }
    return out;
  }
  const MailboxSettings settings_;
};

}  // namespace

std::unique_ptr<Mailbox> Mailbox::open(const MailboxSettings& settings) {
  if (!settings.maildir.empty()) return std::make_unique<Maildir>(settings.maildir);
  return std::make_unique<Imap>(settings);
}

}  // namespace yagura::notify
