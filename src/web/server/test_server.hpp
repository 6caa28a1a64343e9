// For tests only: a server on a free port with routes that show each behaviour.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "web/server/event_hub.hpp"
#include "web/server/https_server.hpp"
#include "web/server/static_files.hpp"
#include "web/server/test_client.hpp"
#include "web/server/upload.hpp"

namespace yagura::web {

// 1 MiB pieces that are counted as they are asked for.
class CountingSource final : public BodySource {
 public:
  CountingSource(std::atomic<int>& asked, int pieces) : asked_(asked), left_(pieces) {}
  Result<bool> next(std::string& piece) override {
    asked_.fetch_add(1);
    if (left_ == 0) return fail("store.row_unreadable", {{"sql", "SELECT secret"}});
    piece.append(1U << 20, 'x');
    return --left_ != 0;
  }

 private:
  std::atomic<int>& asked_;
  int left_;
};

// Works until its client has hung up, for ten seconds at most; says whether it saw that.
inline bool sees_leaving(const std::atomic<bool>& gone) {
  for (int i = 0; i < 2'000 && !gone.load(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return gone.load();
}
class PatientSource final : public BodySource {
 public:
  PatientSource(std::shared_ptr<std::atomic<bool>> gone, std::atomic<int>& seen)
      : gone_(std::move(gone)), seen_(seen) {}
  Result<bool> next(std::string& piece) override {
    piece = "first\n";
    if (std::exchange(first_, false)) return true;
    seen_ += sees_leaving(*gone_);
    return false;
  }

 private:
  std::shared_ptr<std::atomic<bool>> gone_;
  std::atomic<int>& seen_;
  bool first_ = true;
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("yagura-web-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    words_ = *schema::Words::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "share/errors");
    options_.address = "127.0.0.1";
    options_.port = 0;
    options_.io_threads = 2;
    options_.worker_threads = 2;
    options_.certificate = {folder_ / "server.pem", folder_ / "server.key"};
    options_.upload_folder = folder_;
    options_.max_connections_per_client = 4000;
    options_.per_client[0] = {1e6, 1e6};
    options_.per_client[1] = {1e6, 1e6};
    ASSERT_TRUE(ensure_certificate(options_.certificate, {"yagura.test"}, clock_));
  }
  void TearDown() override {
    release();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    Router router;
    add_routes(router);
    auto started = HttpsServer::start({.options = options_,
                                       .router = std::move(router),
                                       .words = words_,
                                       .clock = *used_clock_,
                                       .gate = [this](Request& request) { return gate(request); },
                                       .access = [this](const AccessRecord& r) { note_access(r); },
                                       .faults = [this](std::string_view text) { note_fault(text); }});
    ASSERT_TRUE(started) << started.error().text();
    server_ = *std::move(started);
  }
  // Signed in by cookie __Host-session=NAME or by "Authorization: Bearer NAME".
  Result<void> gate(Request& request) {
    if (const auto session = request.cookie("__Host-session"); !session.empty())
      request.caller = {.account = "account-" + std::string(session), .session = std::string(session)};
    if (const auto token = request.headers.get("Authorization"); token.starts_with("Bearer "))
      request.caller = {.account = std::string(token.substr(7)), .by_token = true};
    if (!request.route->permission.empty() && request.caller.account.empty())
      return fail("web.sign_in_needed");
    return {};
  }
  void add_routes(Router& router) {
    router.add({.method = Method::get,
                .pattern = "/api/v1/hello",
                .operation = "hello",
                .handler = [](Request& r) -> Result<Response> {
                  return Response::json(
                      200, "{\"hello\":\"" + std::string(r.query.find("name").value_or("")) + "\"}");
                }});
    router.add({.method = Method::get,
                .pattern = "/api/v1/quick",
                .operation = "quick",
                .handler = [](Request&) -> Result<Response> { return Response::json(200, "{}"); },
                .runs = Runs::on_io_thread});
    router.add({.method = Method::post,
                .pattern = "/api/v1/echo",
                .operation = "echo",
                .handler = [](Request& r) -> Result<Response> { return Response::text(200, r.body); },
                .rate = RateClass::write,
                .body_limit = 100'000});
    router.add({.method = Method::post,
                .pattern = "/api/v1/private",
                .operation = "changePrivate",
                .handler = [](Request& r) -> Result<Response> {
                  return Response::text(200, r.caller.account + r.body);
                },
                .permission = "private.write",
                .rate = RateClass::write,
                .body_limit = 10'000'000});
    router.add(
        {.method = Method::get,
         .pattern = "/api/v1/throw",
         .operation = "throwing",
         .handler = [](Request&) -> Result<Response> { throw std::runtime_error("secret /etc/path"); }});
    router.add({.method = Method::get,
                .pattern = "/api/v1/slow",
                .operation = "slow",
                .handler = [this](Request&) -> Result<Response> {
                  wait_for_release();
                  return Response::text(200, "late");
                }});
    router.add({.method = Method::get,
                .pattern = "/api/v1/patient",
                .operation = "patient",
                .handler = [this](Request& r) -> Result<Response> {
                  left_ += sees_leaving(*r.gone);
                  return Response::text(200, "nobody hears it");
                }});
    router.add({.method = Method::get,
                .pattern = "/api/v1/lines",
                .operation = "lines",
                .handler = [this](Request& r) -> Result<Response> {
                  return Response::stream("application/jsonl",
                                          std::make_unique<PatientSource>(r.gone, left_));
                }});
    router.add({.method = Method::get,
                .pattern = "/api/v1/large",
                .operation = "large",
                .handler = [this](Request& r) -> Result<Response> {
                  const int pieces = r.query.find("broken") ? 0 : 64;
                  return Response::stream("application/octet-stream",
                                          std::make_unique<CountingSource>(asked_, pieces));
                }});
    router.add({.method = Method::post,
                .pattern = "/api/v1/import",
                .operation = "import",
                .handler = [](Request& r) -> Result<Response> {
                  const auto* file = r.upload->find("file");
                  if (!file || !file->file) return fail("web.multipart_invalid", {{"reason", "file"}});
                  return Response::text(200,
                                        file->head.filename + ":" +
                                            std::to_string(std::filesystem::file_size(file->file->path())));
                },
                .permission = "import",
                .rate = RateClass::write,
                .body_limit = 20'000'000,
                .body = BodyKind::upload});
    router.add({.method = Method::get,
                .pattern = "/api/v1/events",
                .operation = "events",
                .handler = [this](Request& r) -> Result<Response> {
                  return Response::events(
                      hub_.subscribe({.topics = {"contract:a"},
                                      .session = r.caller.session,
                                      .last_event_id = std::string(r.headers.get("Last-Event-ID"))}));
                }});
    router.add({.method = Method::post,
                .pattern = "/api/v1/session",
                .operation = "signIn",
                .handler = [](Request&) -> Result<Response> { return Response::no_content(); },
                .rate = RateClass::sign_in});
    router.set_fallback({.method = Method::get,
                         .pattern = "/",
                         .operation = "",
                         .handler = [this](Request& r) { return files_->answer(r); },
                         .runs = Runs::on_io_thread});
  }

  void wait_for_release() {
    std::unique_lock lock(mutex_);
    ++held_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return released_; });
  }
  void wait_until_held(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_ >= count; });
  }
  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  void note_access(const AccessRecord& record) {
    const std::lock_guard lock(mutex_);
    access_.push_back(std::string(record.method) + " " + std::string(record.path) + " " +
                      std::to_string(record.status));
  }
  void note_fault(std::string_view text) {
    const std::lock_guard lock(mutex_);
    faults_.emplace_back(text);
  }
  std::vector<std::string> faults() {
    const std::lock_guard lock(mutex_);
    return faults_;
  }
  std::vector<std::string> access() {
    const std::lock_guard lock(mutex_);
    return access_;
  }
  // Polls real time, for what another thread does.
  template <class F>
  static bool soon(F&& is_so) {
    for (int i = 0; i < 500; ++i) {
      if (is_so()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  std::string ask(std::string_view request) { return TestClient(server_->port()).ask(request); }
  static std::string get(std::string_view path, std::string_view more = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) + "\r\n";
  }
  static std::string post(std::string_view path, std::string_view body, std::string_view more = {}) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(more) + "\r\n" + std::string(body);
  }

  std::filesystem::path folder_;
  SystemClock clock_;
  ManualClock manual_{from_micros(1'777'000'000'000'000)};
  const Clock* used_clock_ = &clock_;
  schema::Words words_;
  ServerOptions options_;
  EventHub hub_{clock_};
  std::shared_ptr<const StaticFiles> files_ = StaticFiles::from({{"index.html", "<!doctype html>"},
                                                                 {"assets/app-Dk3f9QaZ.js", "script"},
                                                                 {"assets/app-Dk3f9QaZ.js.br", "br-script"},
                                                                 {"logo.svg", "<svg/>"}});
  std::atomic<int> asked_{0};
  std::atomic<int> left_{0};  // who saw his client leave
  std::mutex mutex_;
  std::condition_variable changed_;
  int held_ = 0;
  bool released_ = false;
  std::vector<std::string> access_;
  std::vector<std::string> faults_;
  std::unique_ptr<HttpsServer> server_;
};

}  // namespace yagura::web
