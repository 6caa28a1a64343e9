#include "web/server/event_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace yagura::web {
namespace asio = boost::asio;

struct EventLoop::Impl {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::vector<std::unique_ptr<asio::steady_timer>> timers;

  void rearm(asio::steady_timer& timer, Duration period, std::shared_ptr<std::function<void()>> tick) {
    timer.expires_after(period);
    timer.async_wait([this, &timer, period, tick](boost::system::error_code error) {
      if (error) return;
      (*tick)();
      rearm(timer, period, tick);
    });
  }
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() { impl_->context.run(); }
void EventLoop::stop() { impl_->context.stop(); }
void EventLoop::post(Task task) { asio::post(impl_->context, std::move(task)); }

void EventLoop::every(Duration period, std::function<void()> tick) {
  impl_->timers.push_back(std::make_unique<asio::steady_timer>(impl_->context));
  impl_->rearm(*impl_->timers.back(), period, std::make_shared<std::function<void()>>(std::move(tick)));
}

struct Socket::Impl {
  asio::posix::stream_descriptor descriptor;
  int number;
};

Socket::Socket(EventLoop& loop, int descriptor)
    : impl_(new Impl{asio::posix::stream_descriptor(loop.impl_->context, descriptor), descriptor}) {}
Socket::~Socket() { close(); }

int Socket::descriptor() const { return impl_->number; }

void Socket::when_readable(EventLoop::Task task) {
  impl_->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                               [task = std::move(task)](boost::system::error_code error) mutable {
                                 if (!error) task();
                               });
}

void Socket::when_writable(EventLoop::Task task) {
  impl_->descriptor.async_wait(asio::posix::stream_descriptor::wait_write,
                               [task = std::move(task)](boost::system::error_code error) mutable {
                                 if (!error) task();
                               });
}

void Socket::close() {
  boost::system::error_code ignored;
  impl_->descriptor.close(ignored);
}

}  // namespace yagura::web
