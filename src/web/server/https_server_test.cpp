// The server over real TLS connections: what a well-behaved client sees.
#include <curl/curl.h>
#include <gmock/gmock.h>

#include "web/server/test_server.hpp"

namespace yagura::web {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpsServerTest : public ServerTest {};

struct Fetched {
  CURLcode outcome = CURLE_OK;
  long status = 0;
  std::string body;
};

std::size_t keep(char* data, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

Fetched fetch(const std::string& url, const std::string& certificate,
              long version = CURL_SSLVERSION_TLSv1_3) {
  Fetched fetched;
  CURL* curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CAINFO, certificate.c_str());
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, version);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &fetched.body);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
  fetched.outcome = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &fetched.status);
  curl_easy_cleanup(curl);
  return fetched;
}

TEST_F(HttpsServerTest, CurlTrustsItsCertificateForLocalhostAndGetsAnAnswer) {
  start();
  const auto base = "https://localhost:" + std::to_string(server_->port());
  const auto fetched = fetch(base + "/api/v1/hello?name=%E6%AB%93", options_.certificate.certificate);
  EXPECT_EQ(fetched.outcome, CURLE_OK) << curl_easy_strerror(fetched.outcome);
  EXPECT_EQ(fetched.status, 200);
  EXPECT_EQ(fetched.body, "{\"hello\":\"櫓\"}");
  const auto old =
      fetch(base + "/api/v1/hello", options_.certificate.certificate,
            static_cast<long>(CURL_SSLVERSION_TLSv1_2) | static_cast<long>(CURL_SSLVERSION_MAX_TLSv1_2));
  EXPECT_EQ(old.outcome, CURLE_SSL_CONNECT_ERROR);
}

TEST_F(HttpsServerTest, OlderTlsIsRefused) {
  start();
  EXPECT_FALSE(TestClient(server_->port(), TLS1_2_VERSION).connected());
  EXPECT_TRUE(TestClient(server_->port(), TLS1_3_VERSION).connected());
}

TEST_F(HttpsServerTest, EveryAnswerCarriesSecurityFieldsAndARequestId) {
  start();
  for (const auto& path : {"/api/v1/hello", "/api/v1/none", "/"}) {
    const auto answer = ask(get(path));
    for (const auto& field :
         {"Strict-Transport-Security: max-age=31536000", "X-Content-Type-Options: nosniff",
          "frame-ancestors 'none'", "Referrer-Policy: no-referrer",
          "Permissions-Policy: ", "Cross-Origin-Opener-Policy: same-origin", "X-Request-Id: ", "Date: "})
      EXPECT_THAT(answer, HasSubstr(field)) << path;
    EXPECT_THAT(answer, Not(HasSubstr("unsafe-inline")));
  }
}

TEST_F(HttpsServerTest, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
  start();
  TestClient client(server_->port());
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += get((i % 2 ? "/api/v1/quick?" : "/api/v1/hello?name=") + std::to_string(i));
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 200; ++i) {
    const auto answer = client.receive_answer();
    ASSERT_EQ(status_in(answer), 200) << i;
    if (i % 2 == 0) EXPECT_THAT(answer, HasSubstr("{\"hello\":\"" + std::to_string(i) + "\"}"));
  }
  EXPECT_EQ(server_->counts().accepted, 1U);
}

TEST_F(HttpsServerTest, ConnectionCloseAndHttp10End) {
  start();
  TestClient client(server_->port());
  client.send(get("/api/v1/hello", "Connection: close\r\n"));
  EXPECT_THAT(client.receive_all(), HasSubstr("Connection: close"));
  TestClient old(server_->port());
  old.send("GET /api/v1/large HTTP/1.0\r\nHost: localhost\r\n\r\n");
  const auto all = old.receive_all();
  EXPECT_THAT(all.substr(0, 2000), Not(HasSubstr("chunked")));
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 64U << 20);
}

TEST_F(HttpsServerTest, HeadAndOptionsAndWrongMethods) {
  start();
  TestClient client(server_->port());
  client.send("HEAD /api/v1/hello?name=abc HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/api/v1/quick"));
  const auto both = client.receive_until("{}");
  EXPECT_THAT(both, HasSubstr("Content-Length: 15"));
  EXPECT_THAT(both, Not(HasSubstr("{\"hello\"")));
  const auto options = ask("OPTIONS /api/v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_in(options), 204);
  EXPECT_THAT(options, HasSubstr("Allow: GET, HEAD, OPTIONS"));
  const auto wrong = ask("DELETE /api/v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_in(wrong), 405);
  EXPECT_THAT(wrong, HasSubstr("Allow: GET, HEAD, OPTIONS"));
  EXPECT_EQ(status_in(ask("BREW /api/v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n")), 501);
}

TEST_F(HttpsServerTest, ProblemsSpeakTheClientsLanguageAndKeepSecrets) {
  start();
  const auto ja = ask(get("/api/v1/none"));
  EXPECT_EQ(status_in(ja), 404);
  EXPECT_THAT(ja, HasSubstr("application/problem+json"));
  EXPECT_THAT(ja, HasSubstr("\"code\":\"web.not_found\""));
  EXPECT_THAT(ja, HasSubstr("お探しの"));
  EXPECT_THAT(ask(get("/api/v1/none", "Accept-Language: en-GB,en;q=0.9,ja;q=0.8\r\n")),
              HasSubstr("There is no such"));
  EXPECT_THAT(ask(get("/api/v1/none", "Accept-Language: en\r\nCookie: lang=ja\r\n")), HasSubstr("お探しの"));
  const auto thrown = ask(get("/api/v1/throw"));
  EXPECT_EQ(status_in(thrown), 500);
  EXPECT_THAT(thrown, Not(HasSubstr("secret")));
  const auto id_at = thrown.find("X-Request-Id: ") + 14;
  EXPECT_THAT(faults(),
              Contains(::testing::AllOf(HasSubstr(thrown.substr(id_at, 16)), HasSubstr("secret /etc/path"))));
  EXPECT_EQ(status_in(ask(get("/api/v1/hello"))), 200) << "the server lives on";
}

TEST_F(HttpsServerTest, BodiesPlainChunkedAndAfter100Continue) {
  start();
  EXPECT_THAT(ask(post("/api/v1/echo", "body")), HasSubstr("\r\n\r\nbody"));
  EXPECT_THAT(ask("POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n"),
              HasSubstr("\r\n\r\nabcde"));
  TestClient client(server_->port());
  client.send(
      "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(client.receive_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
  EXPECT_THAT(client.ask("late"), HasSubstr("\r\n\r\nlate"));
  const std::string large(90'000, 'q');
  EXPECT_THAT(ask(post("/api/v1/echo", large)), ::testing::EndsWith("\r\n\r\n" + large));
}

TEST_F(HttpsServerTest, ALargeBodyIsReadOnlyFromWhoMaySendIt) {
  start();
  TestClient stranger(server_->port());
  stranger.send("POST /api/v1/private HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n");
  EXPECT_EQ(status_in(stranger.receive_answer()), 401) << "before a byte of the body";
  const std::string body(5'000'000, 'b');
  TestClient known(server_->port());
  known.send(post("/api/v1/private", body, "Authorization: Bearer tok\r\n"));
  const auto answer = known.receive_answer();
  EXPECT_EQ(status_in(answer), 200);
  EXPECT_THAT(answer, ::testing::EndsWith("b"));
}

TEST_F(HttpsServerTest, UploadsGoToDiskAndLeaveNothing) {
  start();
  std::string body =
      "--XX\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n--XX\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\\\x\\\\台帳.xlsx\"\r\n\r\n";
  body += std::string(6'000'000, 'z') + "\r\n--XX--\r\n";
  const auto type = "Authorization: Bearer t\r\nContent-Type: multipart/form-data; boundary=XX\r\n";
  EXPECT_THAT(ask(post("/api/v1/import", body, type)), HasSubstr("\r\n\r\n台帳.xlsx:6000000"));
  EXPECT_EQ(status_in(ask(post("/api/v1/import", body.substr(0, 5'000'000), type))), 400);
  EXPECT_EQ(status_in(ask(post("/api/v1/import", body, "Authorization: Bearer t\r\n"))), 415);
  EXPECT_EQ(
      status_in(ask(post("/api/v1/import", body, "Content-Type: multipart/form-data; boundary=XX\r\n"))),
      401);
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    EXPECT_THAT(entry.path().filename().string(), StartsWith("server."));
}

TEST_F(HttpsServerTest, AStreamIsMadeOnlyAsFastAsItIsRead) {
  start();
  TestClient client(server_->port());
  client.send(get("/api/v1/large"));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(asked_.load(), 30) << "of 64 MiB; the rest waits for the reader";
  const auto all = client.receive_until("0\r\n\r\n");
  EXPECT_EQ(asked_.load(), 64);
  EXPECT_GT(all.size(), 64U << 20);
  TestClient broken(server_->port());
  broken.send(get("/api/v1/large?broken=1"));
  EXPECT_THAT(broken.receive_all(), Not(HasSubstr("0\r\n\r\n"))) << "half an answer must not look whole";
  EXPECT_TRUE(soon([&] { return !faults().empty(); }));
}

TEST_F(HttpsServerTest, StaticFilesHaveTagsAndNoWayOut) {
  start();
  const auto asset = ask(get("/assets/app-Dk3f9QaZ.js", "Accept-Encoding: gzip, br\r\n"));
  EXPECT_THAT(asset, HasSubstr("Content-Encoding: br"));
  EXPECT_THAT(asset, HasSubstr("immutable"));
  const auto index = ask(get("/"));
  const auto tag = index.substr(index.find("ETag: ") + 6,
                                index.find("\r\n", index.find("ETag: ")) - index.find("ETag: ") - 6);
  EXPECT_EQ(status_in(ask(get("/", "If-None-Match: " + tag + "\r\n"))), 304);
  EXPECT_EQ(status_in(ask(get("/incidents/5", "Accept: text/html\r\n"))), 200);
  EXPECT_EQ(status_in(ask(get("/api/v1/unknown", "Accept: text/html\r\n"))), 404);
  EXPECT_EQ(status_in(ask(get("/missing.js", "Accept: text/html\r\n"))), 404);
  for (const auto& path :
       {"/../server.key", "/%2e%2e/server.key", "/..%2fserver.key", "/assets/..%5c..%5cserver.key",
        "/assets/%2e%2e%2f%2e%2e/etc/passwd", "/./index.html", "/%00", "/a%0d%0ab", "/%ff"})
    EXPECT_EQ(status_in(ask(get(path))), 400) << path;
  EXPECT_EQ(status_in(ask(get("//etc/passwd"))), 404);
}

TEST_F(HttpsServerTest, EventsArriveAreReplayedAndEndWithTheSession) {
  start();
  TestClient client(server_->port());
  client.send(get("/api/v1/events", "Cookie: __Host-session=s1\r\n"));
  client.receive_until("\r\n\r\n");
  ASSERT_TRUE(soon([&] { return hub_.counts().readers == 1; }));
  const auto first = hub_.publish("contract:a", "alert.opened", "{\"id\":1}\nsecond line");
  hub_.publish("contract:b", "alert.opened", "not ours");
  EXPECT_EQ(
      client.receive_until("second line\n\n"),
      "id: " + std::to_string(first) + "\nevent: alert.opened\ndata: {\"id\":1}\ndata: second line\n\n");
  hub_.publish("contract:a", "alert.closed", "{}");
  EXPECT_THAT(client.receive(), HasSubstr("alert.closed"));
  TestClient again(server_->port());
  again.send(get("/api/v1/events", "Last-Event-ID: " + std::to_string(first) + "\r\n"));
  EXPECT_THAT(again.receive_until("alert.closed"), HasSubstr("alert.closed"));
  TestClient stale(server_->port());
  stale.send(get("/api/v1/events", "Last-Event-ID: 5\r\n"));
  EXPECT_THAT(stale.receive_until("reload"), HasSubstr("event: reload"));
  hub_.close_session("s1");
  EXPECT_THAT(client.receive_all(), HasSubstr("signed_out"));
  hub_.publish("contract:a", "still", "here");
  EXPECT_THAT(again.receive_until("still"), HasSubstr("still")) << "other streams live on";
}

TEST_F(HttpsServerTest, EventStreamsBeatWhileNothingHappens) {
  used_clock_ = &manual_;
  start();
  TestClient client(server_->port(), TLS1_3_VERSION, 1);
  client.send(get("/api/v1/events"));
  client.receive_until("\r\n\r\n");
  for (int beats = 0, tries = 0; beats < 3; ++tries) {
    ASSERT_LT(tries, 20);
    manual_.advance(std::chrono::seconds(16));
    const auto said = client.receive();
    if (said.empty()) continue;  // the clock moved before the server looked
    EXPECT_EQ(said, ":\n\n");
    ++beats;
  }
}

TEST_F(HttpsServerTest, ASlowReaderOfEventsIsToldToReload) {
  start();
  TestClient client(server_->port());
  client.send(get("/api/v1/events"));
  client.receive_until("\r\n\r\n");
  const std::string data(20'000, 'd');
  for (int i = 0; i < 3000 && hub_.counts().dropped_readers == 0; ++i) {
    hub_.publish("contract:a", "flood", data);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_EQ(hub_.counts().dropped_readers, 1U);
  const auto all = client.receive_all();
  EXPECT_THAT(all.substr(all.size() - 40), HasSubstr("event: reload"));
}

TEST_F(HttpsServerTest, StopsGentlyAndFinishesWhatIsInFlight) {
  start();
  TestClient busy(server_->port());
  TestClient idle(server_->port());
  TestClient watching(server_->port());
  EXPECT_EQ(status_in(idle.ask(get("/api/v1/quick"))), 200);
  watching.send(get("/api/v1/events"));
  watching.receive_until("\r\n\r\n");
  busy.send(get("/api/v1/slow"));
  wait_until_held(1);
  const auto port = server_->port();
  std::thread stopping([&] { server_->stop(std::chrono::seconds(10)); });
  EXPECT_EQ(idle.receive(), "");
  EXPECT_EQ(watching.receive(), "");
  EXPECT_FALSE(TestClient(port).connected());
  release();
  const auto answer = busy.receive_all();
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THAT(answer, ::testing::EndsWith("late"));
  stopping.join();
  EXPECT_EQ(server_->counts().connections, 0U);
}

TEST_F(HttpsServerTest, CertificateIsReloadedAndABadOneIsNot) {
  start();
  const auto before = *certificate_fingerprint(options_.certificate.certificate);
  std::filesystem::remove(options_.certificate.key);
  EXPECT_EQ(server_->reload_certificate().error().code, "web.key_unreadable");
  std::filesystem::remove(options_.certificate.certificate);
  ASSERT_TRUE(*ensure_certificate(options_.certificate, {"new.test"}, clock_));
  EXPECT_FALSE(*ensure_certificate(options_.certificate, {"new.test"}, clock_)) << "never overwrites";
  EXPECT_NE(before, *certificate_fingerprint(options_.certificate.certificate));
  const auto url = "https://localhost:" + std::to_string(server_->port()) + "/api/v1/quick";
  EXPECT_NE(fetch(url, options_.certificate.certificate).outcome, CURLE_OK) << "still the old one";
  ASSERT_TRUE(server_->reload_certificate());
  EXPECT_EQ(fetch(url, options_.certificate.certificate).status, 200);
  EXPECT_EQ(
      std::filesystem::status(options_.certificate.key).permissions() & std::filesystem::perms::group_all,
      std::filesystem::perms::none);
}

TEST_F(HttpsServerTest, AccessLogHasNoQueries) {
  start();
  ask(get("/api/v1/hello?name=secret"));
  EXPECT_TRUE(soon([&] { return !access().empty(); }));
  EXPECT_EQ(access().front(), "GET /api/v1/hello 200");
}

std::string ask_plain(std::uint16_t port, const std::string& bytes) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  EXPECT_GT(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
  std::string all;
  char piece[4096];
  for (auto got = ::recv(socket, piece, sizeof piece, 0); got > 0;
       got = ::recv(socket, piece, sizeof piece, 0))
    all.append(piece, static_cast<std::size_t>(got));
  ::close(socket);
  return all;
}

TEST_F(HttpsServerTest, PlainHttpOnlyLeadsToHttps) {
  options_.redirect_port = 0;
  start();
  ASSERT_NE(server_->redirect_port(), 0);
  const auto to = "https://localhost:" + std::to_string(server_->port());
  EXPECT_THAT(
      ask_plain(server_->redirect_port(), "GET /incidents?x=1 HTTP/1.1\r\nHost: localhost:80\r\n\r\n"),
      HasSubstr("Location: " + to + "/incidents?x=1\r\n"));
  EXPECT_THAT(ask_plain(server_->redirect_port(), "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
              StartsWith("HTTP/1.1 421"));
  EXPECT_THAT(ask_plain(server_->redirect_port(), std::string(9000, 'x')), Not(HasSubstr("Location")));
}

}  // namespace
}  // namespace yagura::web
