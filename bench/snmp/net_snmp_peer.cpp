// The peer: net-snmp's own library (libsnmp.so.40, of the package `snmp`) in this process, by its
// asynchronous calls on single sessions (snmp_sess_async_send, snmp_sess_read2) under epoll, which spares it
// the select() over a thousand sockets of its usual loop. Its development package is not needed: what is used
// is declared here, as of 5.9.
#include <dlfcn.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "load.hpp"

namespace bench {

namespace {

using oid = unsigned long;
struct Pdu;
struct Session;
using Callback = int (*)(int operation, Session*, int id, Pdu*, void* magic);

struct Session {  // netsnmp_session
  long version;
  int retries;
  long timeout;
  unsigned long flags;
  void *subsession, *next;
  char* peername;
  unsigned short remote_port;
  char* localname;
  unsigned short local_port;
  void* authenticator;
  Callback callback;
  void* callback_magic;
  int s_errno, s_snmp_errno;
  long sessid;
  unsigned char* community;
  std::size_t community_len, rcvMsgMaxSize, sndMsgMaxSize;
  unsigned char isAuthoritative;
  unsigned char* contextEngineID;
  std::size_t contextEngineIDLen;
  unsigned engineBoots, engineTime;
  char* contextName;
  std::size_t contextNameLen;
  unsigned char* securityEngineID;
  std::size_t securityEngineIDLen;
  char* securityName;
  std::size_t securityNameLen;
  oid* securityAuthProto;
  std::size_t securityAuthProtoLen;
  unsigned char securityAuthKey[64];
  std::size_t securityAuthKeyLen;
  unsigned char* securityAuthLocalKey;
  std::size_t securityAuthLocalKeyLen;
  oid* securityPrivProto;
  std::size_t securityPrivProtoLen;
  unsigned char securityPrivKey[64];
  std::size_t securityPrivKeyLen;
  unsigned char* securityPrivLocalKey;
  std::size_t securityPrivLocalKeyLen;
  int securityModel, securityLevel;
  char* paramName;
  void *trap_stats, *securityInfo, *transport_configuration, *myvoid;
  char spare[256];  // snmp_sess_init clears what it believes the size to be
};
struct Variable {  // the head of netsnmp_variable_list
  Variable* next;
};
struct Pdu {  // netsnmp_pdu up to what is read
  long version;
  int command;
  long reqid, msgid, transid, sessid, errstat, errindex;
  unsigned long time, flags;
  int securityModel, securityLevel, msgParseModel;
  long msgMaxSize;
  void* transport_data;
  int transport_data_length;
  const oid* tDomain;
  std::size_t tDomainLen;
  Variable* variables;
};
struct LargeSet {  // netsnmp_large_fd_set
  unsigned size;
  fd_set* set;
  fd_set small;
};

struct Library {
  void* handle = ::dlopen("libsnmp.so.40", RTLD_NOW);
  template <class F>
  void load(F*& out, const char* name) {
    out = reinterpret_cast<F*>(handle ? ::dlsym(handle, name) : nullptr);
    if (out == nullptr) {
      std::fprintf(stderr, "libsnmp.so.40 or %s is missing: install the package snmp\n", name);
      std::exit(2);
    }
  }
  void (*init_snmp)(const char*);
  void (*sess_init)(Session*);
  void* (*sess_open)(Session*);
  int (*async_send)(void*, Pdu*, Callback, void*);
  int (*read2)(void*, LargeSet*);
  void (*timeout)(void*);
  int (*select_info2)(int*, LargeSet*, timeval*, int*);
  void (*read_all2)(LargeSet*);
  void (*timeout_all)();
  Session* (*open)(Session*);
  int (*async_send_all)(Session*, Pdu*, Callback, void*);
  Pdu* (*pdu_create)(int);
  void* (*add_null_var)(Pdu*, const oid*, std::size_t);
  int (*generate_ku)(const oid*, unsigned, const unsigned char*, std::size_t, unsigned char*, std::size_t*);
  Library() {
    load(init_snmp, "init_snmp");
    load(sess_init, "snmp_sess_init");
    load(sess_open, "snmp_sess_open");
    load(async_send, "snmp_sess_async_send");
    load(read2, "snmp_sess_read2");
    load(timeout, "snmp_sess_timeout");
    load(select_info2, "snmp_select_info2");
    load(read_all2, "snmp_read2");
    load(timeout_all, "snmp_timeout");
    load(open, "snmp_open");
    load(async_send_all, "snmp_async_send");
    load(pdu_create, "snmp_pdu_create");
    load(add_null_var, "snmp_add_null_var");
    load(generate_ku, "generate_Ku");
  }
};

struct Device {
  void* session = nullptr;
  int next = 0;
};

Library* library;
Load load_;
Outcome* outcome;
long outstanding;
bool own_loop;

int answered(int operation, Session*, int, Pdu* pdu, void* magic);

void send_next(Device& device) {
  static const oid column[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 0};
  if (device.next >= load_.objects) return;
  Pdu* const pdu = library->pdu_create(0xa0);
  std::array<oid, 12> name;
  std::memcpy(name.data(), column, sizeof column);
  for (int i = 0; i < load_.varbinds && device.next < load_.objects; ++i) {
    name[11] = static_cast<oid>(++device.next);
    library->add_null_var(pdu, name.data(), name.size());
  }
  ++outcome->gets;
  if ((own_loop ? library->async_send_all(static_cast<Session*>(device.session), pdu, answered, &device)
                : library->async_send(device.session, pdu, answered, &device)) != 0)
    ++outstanding;
  else
    ++outcome->failures;
}

int answered(int operation, Session*, int, Pdu* pdu, void* magic) {
  --outstanding;
  if (operation == 1 && pdu->errstat == 0) {
    for (const Variable* v = pdu->variables; v != nullptr; v = v->next) ++outcome->values;
  } else {
    ++outcome->failures;
  }
  send_next(*static_cast<Device*>(magic));
  return 1;
}

void* open_session(int n, const Session& kind) {
  Session session = kind;
  std::string peer = "udp:" + address(n) + ":" + std::to_string(load_.port);
  session.peername = peer.data();
  return own_loop ? static_cast<void*>(library->open(&session)) : library->sess_open(&session);
}

}  // namespace

double wall_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

Outcome poll_with_net_snmp(const Load& load, int rounds, bool by_its_own_loop) {
  own_loop = by_its_own_loop;
  ::setenv("MIBS", "", 1);
  ::setenv("SNMPCONFPATH", "/nonexistent", 1);
  ::setenv("SNMP_PERSISTENT_DIR", "/tmp", 1);
  static Library loaded;
  library = &loaded;
  load_ = load;
  library->init_snmp("bench");
  Session kind{};
  library->sess_init(&kind);
  kind.timeout = 2'000'000;
  kind.retries = 2;
  static oid sha[] = {1, 3, 6, 1, 6, 3, 10, 1, 1, 3}, aes[] = {1, 3, 6, 1, 6, 3, 10, 1, 2, 4};
  static std::string community = "public", name = user;
  kind.version = load.v3 ? 3 : 1;
  if (load.v3) {
    kind.securityModel = 3;
    kind.securityLevel = 3;
    kind.securityName = name.data();
    kind.securityNameLen = name.size();
    kind.securityAuthProto = sha;
    kind.securityAuthProtoLen = 10;
    kind.securityPrivProto = aes;
    kind.securityPrivProtoLen = 10;
    kind.securityAuthKeyLen = kind.securityPrivKeyLen = 64;
    const auto ku = [&](const char* password, unsigned char* key, std::size_t* size) {
      library->generate_ku(sha, 10, reinterpret_cast<const unsigned char*>(password), std::strlen(password),
                           key, size);
    };
    ku(auth_password, kind.securityAuthKey, &kind.securityAuthKeyLen);
    ku(priv_password, kind.securityPrivKey, &kind.securityPrivKeyLen);
  } else {
    kind.community = reinterpret_cast<unsigned char*>(community.data());
    kind.community_len = community.size();
  }
  std::vector<Device> devices(static_cast<std::size_t>(load.devices));
  const int poll = ::epoll_create1(0);
  std::vector<std::pair<int, Device*>> by_fd;
  for (int n = 0; n < load.devices; ++n) {
    Device& device = devices[static_cast<std::size_t>(n)];
    const int fd = ::dup(0);  // the number the session's socket is going to have
    ::close(fd);
    device.session = open_session(n, kind);
    if (device.session == nullptr) {
      std::fprintf(stderr, "net-snmp: no session\n");
      std::exit(2);
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = static_cast<std::uint64_t>(n) << 32 | static_cast<unsigned>(fd);
    if (::epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) != 0) std::exit(2);
  }
  std::vector<std::uint64_t> bits(4096 / 64);
  LargeSet set{4096, reinterpret_cast<fd_set*>(bits.data()), {}};
  Outcome out;
  outcome = &out;
  double wall = 0, cpu = 0;
  for (int round = -1; round < rounds; ++round) {
    if (round == 0) {
      out = {};
      wall = wall_seconds();
      cpu = cpu_seconds();
    }
    for (Device& device : devices) {
      device.next = 0;
      for (int i = 0; i < load.in_flight; ++i) send_next(device);
    }
    while (own_loop && outstanding > 0) {
      std::fill(bits.begin(), bits.end(), 0);
      int count = 0, block = 1;
      timeval rest{1, 0};
      library->select_info2(&count, &set, &rest, &block);
      if (::select(count, set.set, nullptr, nullptr, &rest) > 0)
        library->read_all2(&set);
      else
        library->timeout_all();
    }
    std::array<epoll_event, 256> events;
    while (outstanding > 0) {
      const int ready = ::epoll_wait(poll, events.data(), events.size(), 1000);
      for (int i = 0; i < ready; ++i) {
        const auto data = events[static_cast<std::size_t>(i)].data.u64;
        const auto fd = static_cast<unsigned>(data);
        bits[fd / 64] |= 1ULL << fd % 64;
        library->read2(devices[data >> 32].session, &set);
        bits[fd / 64] = 0;
      }
      if (ready == 0)
        for (Device& device : devices) library->timeout(device.session);
    }
  }
  out.wall = wall_seconds() - wall;
  out.cpu = cpu_seconds() - cpu;
  return out;
}

}  // namespace bench
