#include "document/xml_stream.hpp"

#include <expat.h>

#include <algorithm>

namespace yagura::document {

namespace {

constexpr int deepest = 256;

std::string_view local(const char* name) {
  const std::string_view whole(name);
  const auto colon = whole.find(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view local_name) const {
  for (const char** at = pairs_; *at != nullptr; at += 2)
    if (local(at[0]) == local_name) return at[1];
  return {};
}

struct XmlStream::Callbacks {
  static void stop(XmlStream& self, Error error) {
    if (self.failed_) return;
    self.failed_ = true;
    self.error_ = std::move(error);
    XML_StopParser(self.parser_.get(), XML_FALSE);
  }
  static void start(void* user, const XML_Char* name, const XML_Char** attributes) {
    auto& self = *static_cast<XmlStream*>(user);
    if (self.failed_) return;
    if (++self.depth_ > deepest)
      return stop(self, {"document.broken", {{"part", self.part_}, {"reason", "nested too deeply"}}});
    if (auto done = self.handler_.start(local(name), XmlAttributes(attributes)); !done)
      stop(self, std::move(done).error());
  }
  static void end(void* user, const XML_Char* name) {
    auto& self = *static_cast<XmlStream*>(user);
    if (self.failed_) return;
    --self.depth_;
    if (auto done = self.handler_.end(local(name)); !done) stop(self, std::move(done).error());
  }
  static void text(void* user, const XML_Char* piece, int length) {
    auto& self = *static_cast<XmlStream*>(user);
    if (!self.failed_) self.handler_.text({piece, static_cast<std::size_t>(length)});
  }
  static void doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    auto& self = *static_cast<XmlStream*>(user);
    stop(self, {"document.broken", {{"part", self.part_}, {"reason", "document type declaration"}}});
  }
};

void XmlStream::Free::operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }

XmlStream::XmlStream(std::string part, XmlHandler& handler)
    : part_(std::move(part)), handler_(handler), parser_(XML_ParserCreate(nullptr)) {
  YAGURA_ASSERT(parser_ != nullptr);
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(parser_.get(), &Callbacks::start, &Callbacks::end);
  XML_SetCharacterDataHandler(parser_.get(), &Callbacks::text);
  XML_SetStartDoctypeDeclHandler(parser_.get(), &Callbacks::doctype);
}

XmlStream::~XmlStream() = default;

bool XmlStream::feed(std::string_view piece) {
  constexpr std::size_t most = 1U << 20;  // expat counts in int
  while (!failed_ && !piece.empty()) {
    const std::size_t length = std::min(piece.size(), most);
    if (XML_Parse(parser_.get(), piece.data(), static_cast<int>(length), XML_FALSE) == XML_STATUS_ERROR &&
        !failed_) {
      failed_ = true;
      error_ = {"document.broken",
                {{"part", part_}, {"reason", XML_ErrorString(XML_GetErrorCode(parser_.get()))}}};
    }
    piece.remove_prefix(length);
  }
  return !failed_;
}

Result<> XmlStream::finish() {
  if (!failed_ && XML_Parse(parser_.get(), "", 0, XML_TRUE) == XML_STATUS_ERROR && !failed_) {
    failed_ = true;
    error_ = {"document.broken",
              {{"part", part_}, {"reason", XML_ErrorString(XML_GetErrorCode(parser_.get()))}}};
  }
  if (failed_) return std::unexpected(error_);
  return {};
}

}  // namespace yagura::document
