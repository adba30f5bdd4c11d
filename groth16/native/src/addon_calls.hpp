// Calls as JavaScript sees them: their arguments, promises, progress, and the end of everything. Part of addon.cpp,
// which alone includes it; compiled without the vector instruction set.
#pragma once
#include <cstring>
#include <map>
#include <string>
#include <vector>

#define NAPI_VERSION 8
#include <node_api.h>

#include "call_queue.hpp"
#include "engine.hpp"

namespace {

using opg::Call;
using opg::CallQueue;
using opg::Engine;
using opg::Outcome;

const napi_type_tag HANDLE_TAG = {0x6f70672d67726f74, 0x6831362d68616e64};
const napi_type_tag KEY_TAG = {0x6f70672d67726f74, 0x6831362d6b657973};

/** Thrown where a JavaScript exception is already pending or an argument is unusable. */
struct BadArgument {
  const char* message;
};

void check(napi_status status, const char* message = "unexpected Node-API failure") {
  if (status != napi_ok) throw BadArgument{message};
}

struct Handle;

/** A call as JavaScript knows it. */
struct JsCall : Call {
  Handle* handle = nullptr;
  uint32_t number = 0;
  CallQueue* queue = nullptr;
  napi_deferred deferred = nullptr;
  napi_ref progress = nullptr;
  std::vector<napi_ref> buffers;
  // Results.
  bool truth = false;
  std::vector<std::pair<const char*, double>> phases;
  std::shared_ptr<opg::ProvingKey> key;
  size_t keyBytes = 0;
};

/** Something for the JavaScript thread to do. */
struct Event {
  enum class Kind { Progress, Finished, Closed } kind;
  JsCall* call;
  const char* phase;
  double done;
};

/** An open back end. Lives until it is closed and its threads have ended. */
struct Handle {
  napi_env env = nullptr;
  napi_threadsafe_function events = nullptr;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<CallQueue> heavy, light;
  std::map<uint32_t, JsCall*> calls;
  napi_deferred closing = nullptr;
  std::atomic<int> openQueues{2};
  bool closed = false;
  bool tearingDown = false;

  void post(Event event) {
    Event* copy = new Event(event);
    if (napi_call_threadsafe_function(events, copy, napi_tsfn_nonblocking) != napi_ok) delete copy;
  }
};

napi_value makeString(napi_env env, const std::string& text) {
  napi_value value;
  check(napi_create_string_utf8(env, text.data(), text.size(), &value));
  return value;
}

napi_value makeError(napi_env env, const char* code, const std::string& message) {
  napi_value error;
  check(napi_create_error(env, makeString(env, code), makeString(env, message), &error));
  return error;
}

void setNumber(napi_env env, napi_value object, const char* name, double number) {
  napi_value value;
  check(napi_create_double(env, number, &value));
  check(napi_set_named_property(env, object, name, value));
}

/** A prepared key as JavaScript holds it; empty once released. */
struct KeyHolder {
  std::shared_ptr<opg::ProvingKey> key;
  /** Memory that the garbage collector was told about. */
  int64_t told = 0;

  void release(napi_env env) {
    int64_t total;
    if (key) napi_adjust_external_memory(env, -told, &total);
    key.reset();
  }
};

void deleteKey(napi_env env, void* data, void*) {
  auto* holder = static_cast<KeyHolder*>(data);
  holder->release(env);
  delete holder;
}

/** What a finished call resolves to. */
napi_value resultOf(napi_env env, JsCall& call) {
  napi_value result;
  if (call.key) {
    auto* holder = new KeyHolder{call.key, int64_t(call.keyBytes)};
    check(napi_create_external(env, holder, deleteKey, nullptr, &result));
    check(napi_type_tag_object(env, result, &KEY_TAG));
    int64_t total;
    napi_adjust_external_memory(env, holder->told, &total);
    return result;
  }
  if (!call.phases.empty()) {
    check(napi_create_object(env, &result));
    for (const auto& [name, value] : call.phases) setNumber(env, result, name, value);
    return result;
  }
  check(napi_get_boolean(env, call.truth, &result));
  return result;
}

void settle(napi_env env, JsCall& call) {
  switch (call.outcome) {
    case Outcome::Done:
      check(napi_resolve_deferred(env, call.deferred, resultOf(env, call)));
      return;
    case Outcome::Cancelled:
      check(napi_reject_deferred(env, call.deferred, makeError(env, "CANCELLED", "The call was cancelled.")));
      return;
    case Outcome::Closed:
      check(napi_reject_deferred(env, call.deferred, makeError(env, "CLOSED", "The back end was closed.")));
      return;
    case Outcome::OutOfMemory:
      check(napi_reject_deferred(env, call.deferred, makeError(env, "OUT_OF_MEMORY", "Memory ran out.")));
      return;
    case Outcome::Failed:
      check(napi_reject_deferred(env, call.deferred, makeError(env, "BACKEND_FAILED", call.message)));
  }
}

void dropReferences(napi_env env, JsCall& call) {
  for (napi_ref buffer : call.buffers) napi_delete_reference(env, buffer);
  if (call.progress != nullptr) napi_delete_reference(env, call.progress);
}

void finishCall(napi_env env, JsCall* call) {
  Handle* handle = call->handle;
  handle->calls.erase(call->number);
  // The process may end while nothing is under way.
  if (handle->calls.empty() && !handle->closed) napi_unref_threadsafe_function(env, handle->events);
  settle(env, *call);
  dropReferences(env, *call);
  delete call;
}

void reportProgress(napi_env env, const Event& event) {
  if (event.call->progress == nullptr) return;
  napi_value callback, undefined, arguments[2];
  check(napi_get_reference_value(env, event.call->progress, &callback));
  check(napi_get_undefined(env, &undefined));
  arguments[0] = makeString(env, event.phase);
  check(napi_create_double(env, event.done, &arguments[1]));
  // An exception from the callback is the callback's own business: it surfaces as an uncaught exception.
  napi_call_function(env, undefined, callback, 2, arguments, nullptr);
}

void tearDown(void* data);

void finishClose(napi_env env, Handle* handle) {
  napi_value undefined;
  handle->heavy.reset();
  handle->light.reset();
  handle->engine.reset();
  napi_remove_env_cleanup_hook(env, tearDown, handle);
  check(napi_get_undefined(env, &undefined));
  check(napi_resolve_deferred(env, handle->closing, undefined));
  napi_release_threadsafe_function(handle->events, napi_tsfn_release);
}

/** Runs on the JavaScript thread for each event; env is null when Node is shutting down. */
void onEvent(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<Event> event(static_cast<Event*>(data));
  if (env == nullptr) return;
  try {
    if (event->kind == Event::Kind::Progress) reportProgress(env, *event);
    if (event->kind == Event::Kind::Finished) finishCall(env, event->call);
    if (event->kind == Event::Kind::Closed) finishClose(env, reinterpret_cast<Handle*>(event->call));
  } catch (const BadArgument&) {
    // A pending exception reaches the process as an uncaught one.
  }
}

/** The environment ends with the back end still open: stop the threads before their memory goes. */
void tearDown(void* data) {
  Handle* handle = static_cast<Handle*>(data);
  handle->tearingDown = true;
  handle->heavy.reset();
  handle->light.reset();
  handle->engine.reset();
}

/** The environment or the garbage collector is done with the handle. */
void deleteHandle(napi_env env, void* data, void*) {
  Handle* handle = static_cast<Handle*>(data);
  // When the environment ends, its own hooks have disposed of the thread-safe function before this runs.
  if (!handle->closed && !handle->tearingDown) {
    napi_remove_env_cleanup_hook(env, tearDown, handle);
    tearDown(handle);
    napi_release_threadsafe_function(handle->events, napi_tsfn_abort);
  }
  delete handle;
}

/** The arguments of a function call. */
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    size_t count = MAX;
    for (napi_value& value : values_) value = nullptr;
    check(napi_get_cb_info(env, info, &count, values_, nullptr, nullptr));
  }

  napi_value at(size_t i) const { return values_[i]; }

  uint32_t number(size_t i) const {
    uint32_t value;
    check(napi_get_value_uint32(env_, values_[i], &value), "a number is missing");
    return value;
  }

  bool boolean(size_t i) const {
    bool value;
    check(napi_get_value_bool(env_, values_[i], &value), "a boolean is missing");
    return value;
  }

  Handle* handle() const { return static_cast<Handle*>(external(0, HANDLE_TAG)); }

  KeyHolder& key(size_t i) const { return *static_cast<KeyHolder*>(external(i, KEY_TAG)); }

  void* external(size_t i, const napi_type_tag& tag) const {
    bool matches = false;
    void* data = nullptr;
    check(napi_check_object_type_tag(env_, values_[i], &tag, &matches), "a handle is missing");
    if (!matches) throw BadArgument{"a handle is of the wrong kind"};
    check(napi_get_value_external(env_, values_[i], &data), "a handle is missing");
    return data;
  }

 private:
  static constexpr size_t MAX = 16;
  napi_env env_;
  napi_value values_[MAX];
};

/** A Uint8Array argument of a call, kept alive until the call has ended. */
uint8_t* bytesOf(napi_env env, JsCall& call, napi_value value, size_t& length) {
  bool isArray = false;
  napi_typedarray_type type;
  void* data = nullptr;
  if (napi_is_typedarray(env, value, &isArray) != napi_ok || !isArray) throw BadArgument{"a Uint8Array is missing"};
  check(napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
  if (type != napi_uint8_array) throw BadArgument{"a Uint8Array is missing"};
  napi_ref reference;
  check(napi_create_reference(env, value, 1, &reference));
  call.buffers.push_back(reference);
  return static_cast<uint8_t*>(data);
}

uint8_t* bytesOf(napi_env env, JsCall& call, napi_value value, size_t expected, const char* message) {
  size_t length = 0;
  uint8_t* data = bytesOf(env, call, value, length);
  if (length != expected) throw BadArgument{message};
  return data;
}

/** Hands progress to the JavaScript thread, one step in fifty at most. */
opg::Progress progressOf(Call& base) {
  auto* call = static_cast<JsCall*>(&base);
  if (call->progress == nullptr) return [](const char*, double) {};
  auto last = std::make_shared<std::atomic<int>>(-1);
  return [call, last](const char* phase, double done) {
    int step = int(done * 50);
    int before = last->load();
    do {
      if (step <= before) return;
    } while (!last->compare_exchange_weak(before, step));
    call->handle->post({Event::Kind::Progress, call, phase, done});
  };
}

/**
 * Starts a call. Arguments 0 to 2 of every call: handle, number, progress callback or null; `prepare` reads the rest
 * and returns the work. Returns the promise.
 */
template <class Prepare>
napi_value start(napi_env env, napi_callback_info info, bool light, Prepare prepare) {
  auto call = std::make_unique<JsCall>();
  try {
    Arguments arguments(env, info);
    Handle* handle = arguments.handle();
    if (handle->closed) throw BadArgument{"the back end is closed"};
    call->handle = handle;
    call->number = arguments.number(1);
    if (handle->calls.count(call->number) != 0) throw BadArgument{"the call's number is in use"};
    napi_ref keepHandle;
    check(napi_create_reference(env, arguments.at(0), 1, &keepHandle));
    call->buffers.push_back(keepHandle);
    napi_valuetype type;
    check(napi_typeof(env, arguments.at(2), &type));
    if (type == napi_function) check(napi_create_reference(env, arguments.at(2), 1, &call->progress));
    call->work = prepare(arguments, *call);
    call->queue = light ? handle->light.get() : handle->heavy.get();
    napi_value promise;
    check(napi_create_promise(env, &call->deferred, &promise));
    JsCall* started = call.release();
    if (handle->calls.empty()) napi_ref_threadsafe_function(env, handle->events);
    handle->calls[started->number] = started;
    started->queue->push(started);
    return promise;
  } catch (const BadArgument& error) {
    if (call) dropReferences(env, *call);
    napi_throw_error(env, "BAD_ARGUMENT", error.message);
    return nullptr;
  }
}

}  // namespace
