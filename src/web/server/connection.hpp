// One client's TLS connection, from handshake to goodbye.
//
// Purpose: the state machine between socket and pipeline: reads requests (kept alive, pipelined), hands them
//          to workers, writes answers with back-pressure, keeps every deadline. Inside of the server only.
// Parts:   connection.cpp drives it, keeps its deadlines and ends it; connection_requests.cpp reads,
//          connection_answers.cpp writes.
// Threads: everything on its home loop's thread; a worker touches only the exchange it was given.
// Lifetime: kept by its home until it closes; pending waits and workers hold it, too.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/guarded.hpp"
#include "web/server/event_hub.hpp"
#include "web/server/event_loop.hpp"
#include "web/server/message_parser.hpp"
#include "web/server/pipeline.hpp"
#include "web/server/tls_stream.hpp"
#include "web/server/upload.hpp"
#include "web/server/worker_pool.hpp"

namespace yagura::web {

class Connection;

// What all connections share.
struct ConnectionServices {
  const ServerOptions& options;
  const Clock& clock;
  Pipeline& pipeline;
  WorkerPool& workers;
  const AccessLog& access;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> open{0};
  std::atomic<std::uint64_t> requests{0};
  Guarded<std::unordered_map<std::string, std::size_t>> per_client;
};

// One I/O thread: its loop, its connections, and a buffer they all read into.
struct ConnectionHome {
  EventLoop loop;
  std::unordered_set<std::shared_ptr<Connection>> connections;
  std::array<char, 16 * 1024> scratch;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ConnectionServices& services, ConnectionHome& home, int descriptor,
             std::shared_ptr<const TlsContext> tls, std::string peer);
  ~Connection();

  void begin();
  // Looks at the deadlines; a few times a second.
  void tick();
  // Finishes what is being answered, then closes.
  void end_gently();
  void close();

 private:
  enum class State : std::uint8_t {
    handshake,
    reading,    // for or in a request
    working,    // a worker has the exchange
    sending,    // bytes are on their way out
    events,     // an event stream with nothing to send
    lingering,  // we are done; what the client still sends is thrown away
    closed,
  };

  void drive();
  bool step_handshake();
  bool step_read();
  bool step_send();
  bool step_events();
  bool step_linger();
  void wait(TlsStep step);

  // request side
  bool consume(std::string_view& bytes);
  void on_head();
  void on_message();
  void refuse(const Error& error);
  Result<void> prepare_body();
  void work(bool authorise, bool run);
  void on_worked(bool ran);

  // answer side
  void send_answer();
  void frame_answer(std::string& head);
  void send_interim();
  bool after_sending();
  void ask_for_piece();
  void on_piece(Result<bool> more, std::string piece);
  void on_wake();
  void end_exchange();
  void log_access();
  void linger();
  void notice_leaving();

  ConnectionServices& services_;
  ConnectionHome& home_;
  const std::shared_ptr<const TlsContext> context_;
  const std::string peer_;
  Socket socket_;
  TlsStream tls_;

  State state_ = State::handshake;
  bool keep_alive_ = true;
  bool waiting_read_ = false;
  bool waiting_write_ = false;
  bool authorised_ = false;
  bool input_untried_ = false;  // input_ holds bytes the parser has not seen
  bool just_answered_ = false;
  bool chunked_ = false;
  bool interim_ = false;  // what is sent is "100 Continue"
  bool last_piece_ = true;
  bool events_started_ = false;
  Duration deadline_{};
  Duration body_began_{};
  std::uint64_t body_bytes_ = 0;
  std::uint64_t sent_bytes_ = 0;
  std::size_t lingered_ = 0;

  std::string input_;  // read and not yet parsed
  std::unique_ptr<MessageParser> parser_;
  std::unique_ptr<Exchange> exchange_;
  std::shared_ptr<std::atomic<bool>> gone_;  // the request's
  std::string out_;
  std::size_t out_at_ = 0;
  Response::SharedText tail_;  // the body after out_, when it is not copied
  std::size_t tail_at_ = 0;
  std::unique_ptr<BodySource> source_;
  std::shared_ptr<EventStream> events_;
};

}  // namespace yagura::web
