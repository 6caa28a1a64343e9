#include "monitor/trap/receiver.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "base/text.hpp"
#include "monitor/trap/consumer.hpp"
#include "monitor/trap/sealed_trap.hpp"

namespace yagura::monitor::trap {
namespace {

namespace fs = std::filesystem;
using snmp::PduType;
using snmp::Version;

const std::string kEngineHex = "80000009037377697463";
const std::string kV3 = " -u ops -a SHA -A password-one -x AES -X secret-one -l authPriv ";
const snmp::Oid kLinkDown{1, 3, 6, 1, 6, 3, 1, 1, 5, 3};
const snmp::Oid kIfIndex{1, 3, 6, 1, 2, 1, 2, 2, 1, 1};

Sender loopback() {
  Sender sender;
  sender.device = 42;
  sender.addresses = {parse_address("127.0.0.1").value(), parse_address("::1").value()};
  sender.communities = {"public"};
  sender.users = {
      {"ops", snmp::AuthProtocol::sha1, "password-one", snmp::PrivProtocol::aes128, "secret-one"}};
  sender.engine_ids = {from_hex(kEngineHex).value()};
  return sender;
}

class ReceiverTest : public ::testing::Test {
 protected:
  ReceiverTest() {
    ::setenv("SNMP_PERSISTENT_DIR", folder_.c_str(), 1);
    ::setenv("SNMPCONFPATH", folder_.c_str(), 1);
  }
  ~ReceiverTest() override {
    close();
    ::umount2((folder_ / "disk").c_str(), MNT_DETACH);
    fs::remove_all(folder_);
  }
  void open(const fs::path& spool, std::vector<Sender> senders = {loopback()}) {
    spool_ = Spool::open({spool, 64U << 20U}).value();
    auto local = open_local_engine(folder_ / "engine", clock_).value();
    local_ = snmp::text_of(local.engine_id());
    Receiver::Options options;
    options.listen = {{"::", 0}};
    receiver_ = std::make_unique<Receiver>(clock_, *spool_, engines_, std::move(local), options);
    use(std::move(senders));
    const auto started = receiver_->start();
    ASSERT_TRUE(started) << started.error().text();
  }
  void open() { open(folder_ / "spool"); }
  void close() {
    receiver_.reset();
    spool_.reset();
  }
  void use(std::vector<Sender> senders) {
    receiver_->set_directory(SenderDirectory::build(std::move(senders), snmp::bytes_of(local_), cache_));
  }
  [[nodiscard]] std::string port() const { return std::to_string(receiver_->ports().at(0)); }

  // A program of net-snmp; its exit status.
  [[nodiscard]] int run(const std::string& command) const {
    return ::system((command + " >" + (folder_ / "out").string() + " 2>&1").c_str());
  }
  [[nodiscard]] std::string v2c(const char* program, const std::string& community = "public",
                                const std::string& host = "127.0.0.1") const {
    return std::string(program) + " -m '' -v2c -r 0 -t 2 -c " + community + " " + host + ":" + port() +
           " '' 1.3.6.1.6.3.1.1.5.3 1.3.6.1.2.1.2.2.1.1.7 i 7";
  }
  [[nodiscard]] std::string v3(const char* program, const std::string& more,
                               const std::string& user = kV3) const {
    return std::string(program) + " -m '' -v3 -r 1 -t 2 " + more + user + "127.0.0.1:" + port() +
           " '' 1.3.6.1.6.3.1.1.5.4 1.3.6.1.2.1.2.2.1.1.7 i 7";
  }
  // Waits until nothing is on its way and `received` is reached.
  Accounts settled(std::uint64_t received) {
    Accounts accounts;
    for (int i = 0; i < 2000; ++i) {
      accounts = receiver_->accounts();
      if (accounts.received >= received && accounts.in_flight() == 0) break;
      ::usleep(2000);
    }
    EXPECT_EQ(accounts.received, accounts.stored + accounts.discovery + accounts.refused_in_all());
    return accounts;
  }
  std::uint64_t refused(Refusal why) { return receiver_->accounts().refused[static_cast<std::size_t>(why)]; }
  // "version device trap-oid" of everything stored.
  std::vector<std::string> stored() {
    SpoolReader reader(spool_->folder(), {});
    std::vector<std::string> out;
    for (;;) {
      const auto next = reader.next(spool_->extent()).value();
      if (!next) return out;
      const auto record = parse_record(*next).value();
      out.push_back(std::to_string(static_cast<int>(record.version)) + (record.inform ? "i " : " ") +
                    std::to_string(record.device) + " " + record.trap.text());
    }
  }

  SystemClock clock_;
  snmp::UsmKeyCache cache_;
  fs::path folder_ = [] {
    auto name = (fs::temp_directory_path() / "trap-XXXXXX").string();
    return fs::path(mkdtemp(name.data()));
  }();
  std::string local_;
  std::unique_ptr<Spool> spool_;
  FileEngineStore engines_{folder_ / "engines"};
  std::unique_ptr<Receiver> receiver_;
};

int sender_socket(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  return fd;
}

// Everything here is sent by net-snmp's own programs.
TEST_F(ReceiverTest, NetSnmpsTrapsOfEveryVersionAreStored) {
  open();
  ASSERT_EQ(run("snmptrap -m '' -v1 -c public 127.0.0.1:" + port() + " 1.3.6.1.4.1.318 10.1.2.3 6 5 100"), 0);
  ASSERT_EQ(run(v2c("snmptrap")), 0);
  ASSERT_EQ(run(v2c("snmpinform")), 0);
  ASSERT_EQ(run(v2c("snmptrap", "public", "udp6:[::1]")), 0);
  ASSERT_EQ(run(v3("snmptrap", "-e 0x" + kEngineHex)), 0);
  ASSERT_EQ(run(v3("snmpinform", "")), 0);
  const auto accounts = settled(7);
  EXPECT_EQ(accounts.stored, 6U);
  EXPECT_EQ(accounts.informs_answered, 2U);
  EXPECT_GE(accounts.discovery, 1U);
  EXPECT_EQ(accounts.refused_in_all(), 0U);
  EXPECT_EQ(stored(), (std::vector<std::string>{"0 42 1.3.6.1.4.1.318.0.5", "1 42 1.3.6.1.6.3.1.1.5.3",
                                                "1i 42 1.3.6.1.6.3.1.1.5.3", "1 42 1.3.6.1.6.3.1.1.5.3",
                                                "3 42 1.3.6.1.6.3.1.1.5.4", "3i 42 1.3.6.1.6.3.1.1.5.4"}));
}

TEST_F(ReceiverTest, WrongKeysCommunitiesEnginesAndTimesAreRefusedByReason) {
  open();
  ASSERT_EQ(run(v2c("snmptrap", "guess")), 0);
  EXPECT_NE(run(v2c("snmpinform", "guess")), 0);  // no answer
  ASSERT_EQ(run(v3("snmptrap", "-e 0x" + kEngineHex,
                   " -u ops -a SHA -A password-two -x AES -X secret-one -l authPriv ")),
            0);
  ASSERT_EQ(run(v3("snmptrap", "-e 0x" + kEngineHex, " -u eve -l noAuthNoPriv ")), 0);
  ASSERT_EQ(run(v3("snmptrap", "-e 0x8000000903ffffff")), 0);
  ASSERT_EQ(run("snmpget -m '' -v2c -r 0 -t 0.3 -c public 127.0.0.1:" + port() + " 1.3.6.1.2.1.1.3.0") != 0,
            true);
  EXPECT_NE(run(v3("snmpinform", "", " -u ops -a SHA -A password-two -x AES -X secret-one -l authPriv ")), 0);
  const int fd = sender_socket(receiver_->ports()[0]);
  for (const std::string junk : {"", "junk", "\x30\x84\xff\xff\xff\xff"})
    ASSERT_GE(::send(fd, junk.data(), junk.size(), 0), 0);
  ::close(fd);
  const auto accounts = settled(10);
  EXPECT_EQ(accounts.stored, 0U);
  EXPECT_EQ(refused(Refusal::wrong_community), 2U);
  EXPECT_GE(refused(Refusal::bad_digest), 2U);
  EXPECT_EQ(refused(Refusal::unknown_user), 1U);
  EXPECT_EQ(refused(Refusal::unknown_engine), 1U);
  EXPECT_EQ(refused(Refusal::not_a_trap), 1U);
  EXPECT_EQ(refused(Refusal::malformed), 3U);
  EXPECT_EQ(receiver_->status().malformed.size(), 3U);
  // The stranger's engine is proven by its digest, accepted, and heard from then on.
  for (const auto& pending : receiver_->pending().list()) {
    if (pending.why != Refusal::unknown_engine) continue;
    EXPECT_TRUE(pending.proven);
    use({accept(pending, loopback())});
  }
  ASSERT_EQ(run(v3("snmptrap", "-e 0x8000000903ffffff")), 0);
  EXPECT_EQ(settled(accounts.received + 1).stored, 1U);
}

TEST_F(ReceiverTest, TheTimeWindowOutlivesARestart) {
  open();
  const auto at = [&](const char* boots_time) {
    return run(v3("snmptrap", "-e 0x" + kEngineHex + " -Z " + boots_time));
  };
  ASSERT_EQ(at("5,1000"), 0);
  ASSERT_EQ(at("4,1000"), 0);
  auto accounts = settled(2);
  EXPECT_EQ(accounts.stored, 1U);
  EXPECT_EQ(refused(Refusal::out_of_window), 1U);
  close();
  open();
  ASSERT_EQ(at("4,5000"), 0);
  ASSERT_EQ(at("5,2000"), 0);
  accounts = settled(2);
  EXPECT_EQ(accounts.stored, 1U);
  EXPECT_EQ(refused(Refusal::out_of_window), 1U);
}

TEST_F(ReceiverTest, UnknownAddressIsPendingWithAllThatAcceptingNeeds) {
  open(folder_ / "spool", {});
  ASSERT_EQ(run(v2c("snmptrap")), 0);
  (void)settled(1);
  EXPECT_EQ(refused(Refusal::unknown_sender), 1U);
  const auto pending = receiver_->pending().list().at(0);
  EXPECT_EQ(to_text(pending.source), "127.0.0.1");
  Sender fresh;
  fresh.device = 9;
  use({accept(pending, fresh)});
  ASSERT_EQ(run(v2c("snmptrap")), 0);
  EXPECT_EQ(settled(2).stored, 1U);
}

// Sends as fast as it can; the kernel's losses, if any, are counted, and everything else has its outcome.
TEST_F(ReceiverTest, FloodsAreAccountedToTheLastDatagram) {
  open();
  const int fd = sender_socket(receiver_->ports()[0]);
  const auto good = community_trap(Version::v2c, "public", PduType::trap_v2, 1,
                                   notification_binds(kLinkDown, integer_bind(kIfIndex.child(7), 7)));
  const auto strange =
      community_trap(Version::v2c, "guess", PduType::trap_v2, 1, notification_binds(kLinkDown));
  const std::string junk(100, '\x30');
  std::uint64_t sent = 0;
  for (int i = 0; i < 60'000; ++i)
    for (const auto* bytes : {&good, &strange, &junk})
      sent += ::send(fd, bytes->data(), bytes->size(), 0) >= 0 ? 1 : 0;
  ::close(fd);
  Accounts accounts;
  for (int i = 0; i < 5000; ++i) {
    accounts = receiver_->accounts();
    if (accounts.received + accounts.lost_in_kernel >= sent && accounts.in_flight() == 0) break;
    ::usleep(2000);
  }
  EXPECT_EQ(accounts.received + accounts.lost_in_kernel, sent);
  EXPECT_EQ(accounts.received, accounts.stored + accounts.refused_in_all());
  EXPECT_EQ(stored().size(), accounts.stored);
  EXPECT_EQ(receiver_->pending().list().size(), 1U);
  EXPECT_EQ(receiver_->status().malformed.size(), 32U);
}

// 100,000 datagrams a second for three seconds, one in a hundred of them right: each has its outcome, and
// what is right and was not lost in the kernel is stored.
TEST_F(ReceiverTest, GoodTrapsArriveInAFloodOfJunk) {
  open();
  const int fd = sender_socket(receiver_->ports()[0]);
  const auto good =
      community_trap(Version::v2c, "public", PduType::trap_v2, 1, notification_binds(kLinkDown));
  const auto strange =
      community_trap(Version::v2c, "guess", PduType::trap_v2, 1, notification_binds(kLinkDown));
  std::string unreadable(120, '\xa5'), cut = good.substr(0, good.size() / 2), reading = good;
  const auto type = reading.find('\xa7');
  ASSERT_NE(type, std::string::npos);
  reading[type] = '\xa0';  // a GET is no trap
  std::array<std::string*, 4> junk{&unreadable, &cut, &reading, const_cast<std::string*>(&strange)};
  std::array<iovec, 100> parts{};
  std::array<mmsghdr, 100> messages{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& one = i == 50 ? good : *junk[i % junk.size()];
    parts[i] = {const_cast<char*>(one.data()), one.size()};
    messages[i].msg_hdr = {nullptr, 0, &parts[i], 1, nullptr, 0, 0};
  }
  constexpr std::uint64_t slices = 3000;  // of a millisecond
  const auto begun = std::chrono::steady_clock::now();
  std::uint64_t sent = 0;
  for (std::uint64_t slice = 1; slice <= slices; ++slice) {
    for (std::size_t at = 0; at < messages.size();) {
      const int done = ::sendmmsg(fd, &messages[at], static_cast<unsigned>(messages.size() - at), 0);
      ASSERT_GT(done, 0);
      at += static_cast<std::size_t>(done);
      sent += static_cast<std::uint64_t>(done);
    }
    std::this_thread::sleep_until(begun + std::chrono::milliseconds(slice));
  }
  ::close(fd);
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  Accounts accounts;
  for (int i = 0; i < 5000; ++i) {
    accounts = receiver_->accounts();
    if (accounts.received + accounts.lost_in_kernel >= sent && accounts.in_flight() == 0) break;
    ::usleep(2000);
  }
  std::printf("%.0f datagrams a second, %llu lost in the kernel\n", static_cast<double>(sent) / took,
              static_cast<unsigned long long>(accounts.lost_in_kernel));
  EXPECT_EQ(sent, slices * messages.size());
  EXPECT_EQ(accounts.received + accounts.lost_in_kernel, sent);
  EXPECT_EQ(accounts.received, accounts.stored + accounts.refused_in_all());
  EXPECT_EQ(stored().size(), accounts.stored);
  EXPECT_LE(accounts.stored, slices);
  EXPECT_GE(accounts.stored + accounts.lost_in_kernel, slices);
  EXPECT_GT(accounts.stored, 0U);
  EXPECT_GT(refused(Refusal::malformed), 0U);
  EXPECT_GT(refused(Refusal::not_a_trap), 0U);
  EXPECT_GT(refused(Refusal::wrong_community), 0U);
}

TEST_F(ReceiverTest, LossesInTheKernelAreSeen) {
  open();
  close();
  // A receiver whose threads do not run: a socket with a small buffer, through the same call.
  spool_ = Spool::open({folder_ / "spool", 64U << 20U}).value();
  Receiver::Options options;
  options.listen = {{"127.0.0.1", 0}};
  options.receive_buffer = 2048;
  receiver_ = std::make_unique<Receiver>(clock_, *spool_, engines_,
                                         open_local_engine(folder_ / "engine", clock_).value(), options);
  use({loopback()});
  ASSERT_TRUE(receiver_->start());
  const int fd = sender_socket(receiver_->ports()[0]);
  const auto good =
      community_trap(Version::v2c, "public", PduType::trap_v2, 1, notification_binds(kLinkDown));
  std::uint64_t sent = 0;
  std::vector<iovec> parts(1000, iovec{const_cast<char*>(good.data()), good.size()});
  std::vector<mmsghdr> messages(1000);
  for (std::size_t i = 0; i < messages.size(); ++i)
    messages[i].msg_hdr = {nullptr, 0, &parts[i], 1, nullptr, 0, 0};
  for (int i = 0; i < 20; ++i) sent += static_cast<std::uint64_t>(::sendmmsg(fd, messages.data(), 1000, 0));
  ::close(fd);
  Accounts accounts;
  for (int i = 0; i < 2000; ++i) {
    accounts = receiver_->accounts();
    if (accounts.received + accounts.lost_in_kernel >= sent && accounts.in_flight() == 0) break;
    ::usleep(2000);
  }
  EXPECT_EQ(accounts.received + accounts.lost_in_kernel, sent);
  EXPECT_GT(accounts.lost_in_kernel, 0U);
}

TEST_F(ReceiverTest, FullDiskAcknowledgesNothingAndRecovers) {
  const auto disk = folder_ / "disk";
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) GTEST_SKIP() << "mounting needs root";
  open(disk / "spool");
  ASSERT_EQ(run(v2c("snmpinform")), 0);
  ASSERT_EQ(::system(("dd if=/dev/zero of=" + (disk / "full").string() + " bs=4k 2>/dev/null; true").c_str()),
            0);
  const int fd = sender_socket(receiver_->ports()[0]);
  const auto trap =
      community_trap(Version::v2c, "public", PduType::trap_v2, 1, notification_binds(kLinkDown));
  // One by one, until not even one more fits behind what is there.
  std::uint64_t sent = 1;
  for (; sent < 200 && refused(Refusal::not_stored) == 0; ++sent) {
    ASSERT_GT(::send(fd, trap.data(), trap.size(), 0), 0);
    (void)settled(sent + 1);
  }
  ::close(fd);
  EXPECT_NE(run(v2c("snmpinform")), 0);
  auto accounts = settled(sent + 1);
  EXPECT_GT(refused(Refusal::not_stored), 0U);
  EXPECT_EQ(accounts.informs_answered, 1U);
  ASSERT_TRUE(receiver_->status().disk);
  EXPECT_EQ(receiver_->status().disk->code, "monitor.trap_spool_write");
  EXPECT_EQ(stored().size(), accounts.stored);
  fs::remove(disk / "full");
  EXPECT_EQ(run(v2c("snmpinform")), 0);
  accounts = settled(sent + 2);
  EXPECT_EQ(accounts.informs_answered, 2U);
  EXPECT_FALSE(receiver_->status().disk);
  EXPECT_EQ(stored().size(), accounts.stored);
  close();
}

// The receiver runs in a child that is killed; whatever informs it had answered must be in the spool.
TEST_F(ReceiverTest, KilledReceiverHasOnDiskAllThatItAcknowledged) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    open();
    const auto mine = receiver_->ports()[0];
    (void)!::write(ends[1], &mine, sizeof mine);
    for (;;) ::pause();
  }
  std::uint16_t to = 0;
  ASSERT_EQ(::read(ends[0], &to, sizeof to), static_cast<ssize_t>(sizeof to));
  const int fd = sender_socket(to);
  std::set<std::int32_t> acknowledged;
  const auto collect = [&](int wait) {
    pollfd ready{fd, POLLIN, 0};
    std::array<std::uint8_t, 2048> answer{};
    while (::poll(&ready, 1, wait) > 0) {
      const auto got = ::recv(fd, answer.data(), answer.size(), MSG_DONTWAIT);
      if (got <= 0) return;
      const auto message = snmp::decode_community({answer.data(), static_cast<std::size_t>(got)});
      if (message) acknowledged.insert(message->pdu.request_id);
      wait = 0;
    }
  };
  std::int32_t id = 0;
  for (; acknowledged.size() < 500 && id < 200'000; ++id) {
    const auto inform = community_trap(Version::v2c, "public", PduType::inform, id,
                                       notification_binds(kLinkDown, integer_bind(kIfIndex.child(1), id)));
    ASSERT_GT(::send(fd, inform.data(), inform.size(), 0), 0);
    if (id % 16 == 0) collect(0);
    if (id > 5000) collect(1);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  collect(0);
  ::close(fd);
  ::close(ends[0]);
  ::close(ends[1]);
  ASSERT_GE(acknowledged.size(), 500U);
  const auto spool = Spool::open({folder_ / "spool"}).value();
  SpoolReader reader(folder_ / "spool", {});
  std::set<std::int64_t> found;
  while (const auto next = reader.next(spool->extent()).value()) {
    const auto record = parse_record(*next).value();
    for (const auto& varbind : record.varbinds)
      if (varbind.name.starts_with(kIfIndex)) found.insert(varbind.value.as_signed().value());
  }
  for (const auto one : acknowledged) ASSERT_TRUE(found.contains(one)) << one;
}

TEST_F(ReceiverTest, StoppingTakesWhatTheKernelStillHolds) {
  open();
  const int fd = sender_socket(receiver_->ports()[0]);
  const auto good =
      community_trap(Version::v2c, "public", PduType::trap_v2, 1, notification_binds(kLinkDown));
  for (int i = 0; i < 3000; ++i) ASSERT_GT(::send(fd, good.data(), good.size(), 0), 0);
  ::close(fd);
  receiver_->stop();
  const auto accounts = receiver_->accounts();
  EXPECT_EQ(accounts.received + accounts.lost_in_kernel, 3000U);
  EXPECT_EQ(accounts.in_flight(), 0U);
  EXPECT_EQ(stored().size(), accounts.stored);
}

TEST_F(ReceiverTest, PortInUseIsSaidPlainly) {
  open();
  Receiver::Options options;
  options.listen = {{"::", receiver_->ports()[0]}};
  Receiver second(clock_, *spool_, engines_, snmp::LocalEngine("x", 1, {}), options);
  EXPECT_EQ(second.start().error().code, "monitor.trap_listen");
  options.listen = {{"localhost", 0}};
  Receiver third(clock_, *spool_, engines_, snmp::LocalEngine("x", 1, {}), options);
  EXPECT_EQ(third.start().error().code, "monitor.trap_listen");
}

TEST(Engines, LocalEngineBootsGrowAndFilesAreChecked) {
  auto name = (fs::temp_directory_path() / "engine-XXXXXX").string();
  const fs::path folder = mkdtemp(name.data());
  const SystemClock clock;
  const auto first = open_local_engine(folder / "e", clock).value();
  const auto second = open_local_engine(folder / "e", clock).value();
  EXPECT_EQ(snmp::text_of(first.engine_id()), snmp::text_of(second.engine_id()));
  EXPECT_EQ(first.engine_id().size(), 17U);
  EXPECT_EQ(second.boots(), first.boots() + 1);
  ASSERT_TRUE(replace_file(folder / "e", "zz 1 2\n"));
  EXPECT_EQ(open_local_engine(folder / "e", clock).error().code, "monitor.trap_engines_invalid");
  ASSERT_TRUE(replace_file(folder / "e", "8000 1\n"));
  EXPECT_EQ(FileEngineStore(folder / "e").load().error().arg("line"), "1");
  fs::remove_all(folder);
}

class ConsumerTest : public ReceiverTest {
 protected:
  ConsumerTest() {
    open();
    library_ = mib::Library::load({YAGURA_SOURCE_DIR "/share/mibs"});
    kinds_ = KindSet::load({YAGURA_SOURCE_DIR "/share/traps/kinds"}, library_).kinds;
  }
  void consume(Consumer::Sink sink) {
    consumer_.reset();
    consumer_ = Consumer::open(clock_, *spool_, folder_ / "cursor", std::move(sink)).value();
    consumer_->set_kinds(kinds_);
    auto sender = loopback();
    sender.flapping = {99};
    consumer_->set_directory(SenderDirectory::build({sender}, {}, cache_));
  }
  void link(const char* what, int index) {
    ASSERT_EQ(run("snmptrap -m '' -v2c -c public 127.0.0.1:" + port() + " '' 1.3.6.1.6.3.1.1.5." + what +
                  " 1.3.6.1.2.1.2.2.1.1." + std::to_string(index) + " i " + std::to_string(index) +
                  " 1.3.6.1.2.1.2.2.1.2." + std::to_string(index) + " s Gi1/0/1 1.3.6.1.2.1.2.2.1.8." +
                  std::to_string(index) + " i 2"),
              0);
  }
  mib::Library library_;
  std::shared_ptr<const KindSet> kinds_;
  std::unique_ptr<Consumer> consumer_;
};

TEST_F(ConsumerTest, TrapsBecomeObservationsInWords) {
  link("3", 7);
  link("4", 7);
  link("3", 99);  // flaps by design
  ASSERT_EQ(run("snmptrap -m '' -v2c -c public 127.0.0.1:" + port() + " '' 1.3.6.1.4.1.4242.0.1"), 0);
  (void)settled(4);
  std::vector<std::string> seen;
  consume([&](std::span<const Observation> batch) -> Result<> {
    for (const auto& one : batch) {
      const auto words = describe(one, library_);
      seen.push_back((one.kind != nullptr ? one.kind->id : "-") + " " + std::string(one.target) + " " +
                     one.key + " " + words.ja + " " + words.en);
      EXPECT_EQ(one.device, 42);
      EXPECT_EQ(words.varbinds.size(), one.record.varbinds.size());
    }
    return {};
  });
  EXPECT_EQ(consumer_->run_once().value(), 4U);
  EXPECT_EQ(consumer_->run_once().value(), 0U);
  EXPECT_EQ(
      seen,
      (std::vector<std::string>{
          "link-down link-down 7 インターフェースのダウン（ifDescr: Gi1/0/1、ifOperStatus: down(2)） "
          "Interface down (ifDescr: Gi1/0/1, ifOperStatus: down(2))",
          "link-up link-down 7 インターフェースのアップ（ifDescr: Gi1/0/1、ifOperStatus: down(2)） "
          "Interface up (ifDescr: Gi1/0/1, ifOperStatus: down(2))",
          "-   未登録のトラップ（1.3.6.1.4.1.4242.0.1） Trap of no known kind (1.3.6.1.4.1.4242.0.1)"}));
  const auto counts = consumer_->counts();
  EXPECT_EQ(counts.traps, 4U);
  EXPECT_EQ(counts.observations, 2U);
  EXPECT_EQ(counts.left_out_flapping, 1U);
  EXPECT_EQ(counts.unknown, 1U);
  EXPECT_EQ(consumer_->unknown().at(0).oid, "1.3.6.1.4.1.4242.0.1");
}

TEST_F(ConsumerTest, CountsOfUnknownTrapsOutliveARestart) {
  const auto sink = [](std::span<const Observation>) -> Result<> { return {}; };
  const auto unknown = [&](int number) {
    ASSERT_EQ(run("snmptrap -m '' -v2c -c public 127.0.0.1:" + port() + " '' 1.3.6.1.4.1.4242.0." +
                  std::to_string(number)),
              0);
  };
  unknown(1);
  unknown(1);
  unknown(2);
  (void)settled(3);
  consume(sink);
  EXPECT_EQ(consumer_->run_once().value(), 3U);
  const auto before = consumer_->unknown();
  consume(sink);
  const auto after = consumer_->unknown();
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0].oid, "1.3.6.1.4.1.4242.0.1");
  EXPECT_EQ(after[0].count, 2U);
  EXPECT_EQ(after[0].last_device, 42);
  EXPECT_EQ(after[0].first, before[0].first);
  EXPECT_EQ(after[0].last, before[0].last);
  unknown(1);
  (void)settled(4);
  EXPECT_EQ(consumer_->run_once().value(), 1U);
  EXPECT_EQ(consumer_->unknown().at(0).count, 3U);
  EXPECT_EQ(consumer_->unknown().at(0).first, before[0].first);
  consumer_.reset();
  // A spoiled file is said once, and nothing else stops.
  std::ofstream(folder_ / "cursor.unknown") << "1.3.6.1.4.1.4242.0.1 2 42 x 5\n";
  consume(sink);
  EXPECT_TRUE(consumer_->unknown().empty());
  EXPECT_EQ(consumer_->run_once().error().code, "monitor.trap_unknown_invalid");
  EXPECT_EQ(consumer_->run_once().value(), 0U);
  unknown(2);
  (void)settled(5);
  EXPECT_EQ(consumer_->run_once().value(), 1U);
  consume(sink);
  EXPECT_EQ(consumer_->unknown().at(0).count, 1U);
}

TEST_F(ConsumerTest, AFailingSinkIsAskedAgainAndNothingIsSkipped) {
  for (int i = 1; i <= 5; ++i) link("3", i);
  (void)settled(5);
  bool failing = true;
  std::vector<std::string> keys;
  const auto sink = [&](std::span<const Observation> batch) -> Result<> {
    if (failing) return fail("monitor.test");
    for (const auto& one : batch) keys.push_back(one.key);
    return {};
  };
  consume(sink);
  EXPECT_EQ(consumer_->run_once(2).error().code, "monitor.test");
  EXPECT_EQ(consumer_->run_once(2).error().code, "monitor.test");
  failing = false;
  EXPECT_EQ(consumer_->run_once(2).value(), 2U);
  consume(sink);  // a restart: goes on behind what was taken
  EXPECT_EQ(consumer_->run_once().value(), 3U);
  EXPECT_EQ(keys, (std::vector<std::string>{"1", "2", "3", "4", "5"}));
}

}  // namespace
}  // namespace yagura::monitor::trap
