// A pull over XML that never holds the document: expat behind one small interface.
//
// Purpose: sheet data and shared strings, which may be hundreds of megabytes. Small parts use pugixml.
// Safety:  a document type declaration is refused, so there are no entities to expand; depth is limited.
// Names:   prefixes are cut off ("x:row" is "row"); office files use no two namespaces with one local name
//          in the parts read this way.
// Errors:  document.broken(part, reason), or the error the handler returned.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct XML_ParserStruct;

namespace yagura::document {

class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  // "" when there is none.
  [[nodiscard]] std::string_view get(std::string_view local_name) const;

 private:
  const char** pairs_;
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual Result<> start(std::string_view name, XmlAttributes attributes) = 0;
  virtual Result<> end(std::string_view name) = 0;
  virtual void text(std::string_view piece) = 0;
};

class XmlStream {
 public:
  XmlStream(std::string part, XmlHandler& handler);
  ~XmlStream();
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  // False once something failed; the reason comes from finish().
  bool feed(std::string_view piece);
  Result<> finish();

 private:
  struct Callbacks;
  struct Free {
    void operator()(XML_ParserStruct* parser) const;
  };
  std::string part_;
  XmlHandler& handler_;
  std::unique_ptr<XML_ParserStruct, Free> parser_;
  int depth_ = 0;
  bool failed_ = false;
  Error error_;
};

}  // namespace yagura::document
