// The server against clients that mean harm or are broken.
#include <gmock/gmock.h>
#include <openssl/rand.h>

#include "web/server/test_server.hpp"

namespace yagura::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AbuseTest : public ServerTest {
 protected:
  void expect_alive() { EXPECT_EQ(status_in(ask(get("/api/v1/hello"))), 200); }
};

TEST_F(AbuseTest, MalformedRequestsAreRefusedAndTheConnectionEnds) {
  start();
  const std::vector<std::string> bad = {
      "\r\n\r\n\r\n",
      "GET\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",                                    // no Host
      "GET / HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",  // two
      "GET / HTTP/1.1\nHost: localhost\n\n\r\n\r\n",               // bare line feeds
      "GET / HTTP/1.1\r\nHost: localhost\r\nA B: c\r\n\r\n",       // blank in a name
      "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x01z\r\n\r\n",    // control character
      "GET / HTTP/1.1\r\nHost: localhost\r\n: empty\r\n\r\n",
      "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
      "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3, 3\r\n\r\nabc",
      "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
      "POST /api/v1/echo HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
      "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\nffffffffffffffffff\r\n\r\n",
  };
  for (const auto& bytes : bad) {
    const auto began = std::chrono::steady_clock::now();
    TestClient client(server_->port());
    client.send(bytes);
    const auto all = client.receive_all();
    // A version that cannot be read is one that is not supported.
    const bool unreadable_version = bytes.starts_with("GET /a b") || bytes.starts_with("GET / HTTP/1.1\n");
    EXPECT_EQ(status_in(all), unreadable_version ? 505 : 400) << bytes;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5)) << bytes;
    EXPECT_THAT(all, Not(HasSubstr("HTTP/1.1 200"))) << bytes;
  }
  // Their framing is sound, so the connection may live on.
  for (const auto& target : {"http://localhost/", "/%zz", "/api/v1/hello?name=%f", "/api/v1/hello?name=%ff"})
    EXPECT_EQ(status_in(ask(get(target))), 400) << target;
  EXPECT_EQ(status_in(ask("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n")), 505);
  EXPECT_EQ(status_in(ask(
                "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")),
            501);
  EXPECT_EQ(
      status_in(ask("POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n")),
      501);
  expect_alive();
}

TEST_F(AbuseTest, WhatIsTooLargeIsRefusedEarly) {
  start();
  EXPECT_EQ(status_in(ask(get("/", "X: " + std::string(20'000, 'h') + "\r\n"))), 431);
  EXPECT_EQ(status_in(ask(get("/" + std::string(20'000, 'p')))), 431);
  const auto declared =
      ask("POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100001\r\n\r\n");
  EXPECT_EQ(status_in(declared), 413);
  EXPECT_THAT(declared, HasSubstr("100000")) << "the limit is told";
  std::string chunks;
  for (int i = 0; i < 30; ++i) chunks += "1388\r\n" + std::string(5000, 'c') + "\r\n";
  EXPECT_EQ(
      status_in(ask("POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" +
                    chunks)),
      413);
  std::string query = "/api/v1/hello?";
  for (int i = 0; i < 200; ++i) query += "a=1&";
  EXPECT_EQ(status_in(ask(get(query))), 400);
  expect_alive();
}

TEST_F(AbuseTest, ForeignHostsAreRefused) {
  start();
  EXPECT_EQ(status_in(ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")), 421);
  EXPECT_EQ(status_in(ask("GET / HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n")), 421);
  EXPECT_EQ(status_in(ask("GET / HTTP/1.1\r\nHost: LOCALHOST:8443\r\n\r\n")), 200);
  EXPECT_EQ(status_in(ask("GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n")), 200);
}

TEST_F(AbuseTest, OtherSitesCannotActForASignedInBrowser) {
  start();
  const std::string cookie = "Cookie: __Host-session=s1\r\n";
  const auto token = "X-CSRF-Token: " + server_->csrf().token_for("s1") + "\r\n";
  const auto send = [&](const std::string& more) {
    return status_in(ask(post("/api/v1/private", "x", more)));
  };
  EXPECT_EQ(send(cookie + token), 200);
  EXPECT_EQ(send(cookie + token + "Sec-Fetch-Site: same-origin\r\n"), 200);
  EXPECT_EQ(send(cookie), 403) << "no token";
  EXPECT_EQ(send(cookie + "X-CSRF-Token: " + server_->csrf().token_for("s2") + "\r\n"), 403)
      << "of another session";
  EXPECT_EQ(send(cookie + token + "Sec-Fetch-Site: cross-site\r\n"), 403);
  EXPECT_EQ(send(cookie + token + "Sec-Fetch-Site: same-site\r\n"), 403) << "a neighbour host";
  EXPECT_EQ(send(cookie + token + "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(send(cookie + token + "Origin: null\r\n"), 403);
  EXPECT_EQ(send(cookie + token + "Origin: https://localhost\r\n"), 200);
  EXPECT_EQ(send(cookie + token + "Origin: http://localhost\r\n"), 403) << "not over TLS";
  EXPECT_EQ(send("Authorization: Bearer t\r\nOrigin: https://evil.example\r\n"), 200)
      << "no browser sends that by itself";
  EXPECT_EQ(send(""), 401);
  EXPECT_EQ(status_in(ask(post("/api/v1/session", "", "Sec-Fetch-Site: cross-site\r\n"))), 403)
      << "sign-in CSRF";
}

TEST_F(AbuseTest, RatesAreKeptPerAddressAndPerAccount) {
  options_.per_client[static_cast<std::size_t>(RateClass::sign_in)] = {0.1, 3};
  options_.per_account[static_cast<std::size_t>(RateClass::read)] = {0.1, 2};
  options_.per_account[static_cast<std::size_t>(RateClass::write)] = {1000, 1000};
  used_clock_ = &manual_;
  start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status_in(ask(post("/api/v1/session", ""))), 204);
  const auto refused = ask(post("/api/v1/session", ""));
  EXPECT_EQ(status_in(refused), 429);
  EXPECT_THAT(refused, HasSubstr("Retry-After: 10\r\n"));
  const auto account = get("/api/v1/hello", "Authorization: Bearer a\r\n");
  EXPECT_EQ(status_in(ask(account)), 200);
  EXPECT_EQ(status_in(ask(account)), 200);
  EXPECT_EQ(status_in(ask(account)), 429);
  EXPECT_EQ(status_in(ask(get("/api/v1/hello", "Authorization: Bearer b\r\n"))), 200) << "others go on";
  manual_.advance(std::chrono::seconds(11));
  EXPECT_EQ(status_in(ask(post("/api/v1/session", ""))), 204);
  EXPECT_EQ(status_in(ask(account)), 200);
}

TEST_F(AbuseTest, SlowClientsAreEnded) {
  used_clock_ = &manual_;
  start();
  TestClient silent(server_->port());
  TestClient dripping(server_->port());
  TestClient slow_body(server_->port());
  TestClient idle(server_->port());
  EXPECT_EQ(status_in(idle.ask(get("/api/v1/quick"))), 200);
  dripping.send("GET / HTTP/1.1\r\nHost: loc");
  slow_body.send("POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\nsome");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  for (int i = 0; i < 6; ++i) {
    manual_.advance(std::chrono::seconds(2));
    dripping.send("a");  // a byte now and then does not buy time
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(status_in(dripping.receive_all()), 408);
  EXPECT_EQ(status_in(slow_body.receive_all()), 408);
  EXPECT_EQ(silent.receive_all(), "");
  EXPECT_EQ(status_in(idle.ask(get("/api/v1/quick"))), 200) << "keep-alive may last longer";
  manual_.advance(std::chrono::seconds(76));
  EXPECT_EQ(idle.receive_all(), "");
}

TEST_F(AbuseTest, AHandshakeThatNeverEndsIsCut) {
  used_clock_ = &manual_;
  start();
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(server_->port());
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  ASSERT_TRUE(soon([&] { return server_->counts().connections == 1; }));
  ASSERT_EQ(::send(socket, "\x16\x03\x01", 3, MSG_NOSIGNAL), 3);
  EXPECT_TRUE(soon([&] {
    manual_.advance(std::chrono::seconds(11));
    return server_->counts().connections == 0;
  }));
  ::close(socket);
}

TEST_F(AbuseTest, AReaderThatTakesNothingIsLetGo) {
  used_clock_ = &manual_;
  start();
  TestClient client(server_->port());
  client.send(get("/api/v1/large"));
  ASSERT_TRUE(soon([&] { return asked_.load() > 2; }));
  EXPECT_TRUE(soon([&] {
    manual_.advance(std::chrono::seconds(31));
    return server_->counts().connections == 0;
  }));
  EXPECT_LT(asked_.load(), 64);
}

TEST_F(AbuseTest, ClientsKilledAtAnyMomentHurtNobody) {
  start();
  for (int i = 0; i < 60; ++i) {
    TestClient client(server_->port());
    switch (i % 6) {
      case 0:
        client.send(get("/api/v1/large"));
        client.receive();
        break;
      case 1:
        client.send("POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nhalf");
        break;
      case 2:
        client.send(get("/api/v1/hello"));
        break;
      case 3:
        client.send("GET / HT");
        break;
      case 4:
        client.send(get("/api/v1/events"));
        client.receive();
        hub_.publish("contract:a", "x", "y");
        break;
      default:
        break;
    }
    client.kill();
    hub_.publish("contract:a", "x", "y");
  }
  EXPECT_TRUE(soon([&] { return server_->counts().connections == 0; })) << server_->counts().connections;
  expect_alive();
}

TEST_F(AbuseTest, AClientKilledWhileItsHandlerWorks) {
  start();
  {
    TestClient client(server_->port());
    client.send(get("/api/v1/slow"));
    wait_until_held(1);
    client.kill();
  }
  release();
  EXPECT_TRUE(soon([&] { return server_->counts().connections == 0; }));
  expect_alive();
}

TEST_F(AbuseTest, AClientThatLeavesIsNoticedByWhoeverStillWorksForIt) {
  start();
  {
    TestClient killed(server_->port()), lines(server_->port());
    killed.send(get("/api/v1/patient"));
    lines.send(get("/api/v1/lines"));
    lines.receive_until("first");
    killed.kill();
  }
  EXPECT_TRUE(soon([&] { return left_ == 2; })) << left_;
  EXPECT_TRUE(soon([&] { return server_->counts().connections == 0; }));
  expect_alive();
}

TEST_F(AbuseTest, WhenHandlersCannotKeepUpNewWorkIsRefused) {
  options_.max_queued = 3;
  start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<TestClient>(server_->port()));
    clients.back()->send(get("/api/v1/slow"));
  }
  wait_until_held(2);
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<TestClient>(server_->port()));
    clients.back()->send(get("/api/v1/slow"));
  }
  std::string refused;
  EXPECT_TRUE(soon([&] {
    TestClient late(server_->port(), TLS1_3_VERSION, 1);
    refused = late.ask(get("/api/v1/hello"));
    return status_in(refused) == 503;
  }));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 2"));
  EXPECT_EQ(status_in(ask(get("/api/v1/quick"))), 200) << "what needs no worker still answers";
  release();
  for (auto& client : clients) EXPECT_EQ(status_in(client->receive_answer()), 200);
}

TEST_F(AbuseTest, ConnectionsAreCountedPerClientAndInAll) {
  options_.max_connections_per_client = 5;
  start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(std::make_unique<TestClient>(server_->port()));
  EXPECT_FALSE(TestClient(server_->port()).connected());
  EXPECT_EQ(server_->counts().refused_client, 1U);
  clients.clear();
  EXPECT_TRUE(soon([&] { return server_->counts().connections == 0; }));
  expect_alive();
}

TEST_F(AbuseTest, AThousandConnectionsAtOnce) {
  options_.head_time = std::chrono::minutes(5);  // the first waits until the last is there
  start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<TestClient>(server_->port()));
    ASSERT_TRUE(clients.back()->connected()) << i;
  }
  EXPECT_EQ(server_->counts().connections, 1000U);
  for (auto& client : clients) client->send(get("/api/v1/hello?name=x"));
  for (auto& client : clients) ASSERT_EQ(status_in(client->receive_answer()), 200);
}

TEST_F(AbuseTest, NoiseInsteadOfTlsOrHttp) {
  start();
  std::string noise(4096, '\0');
  for (int i = 0; i < 200; ++i) {
    RAND_bytes(reinterpret_cast<unsigned char*>(noise.data()), static_cast<int>(noise.size()));
    TestClient client(server_->port());
    client.send(std::string_view(noise).substr(0, 1 + static_cast<unsigned char>(noise[0]) * 16U));
    client.kill();
  }
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(server_->port());
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  (void)::send(socket, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL);  // plain HTTP to the TLS port
  char answer[64];
  EXPECT_LE(::recv(socket, answer, sizeof answer, 0), 64);
  ::close(socket);
  EXPECT_TRUE(soon([&] { return server_->counts().connections == 0; }));
  expect_alive();
}

}  // namespace
}  // namespace yagura::web
