/*
 * wire: see wire.h. An exchange started ahead is found again by its request: encode is pure, so
 * that the same question gives the same request.
 */
#include "fetch/wire.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"

enum {
    MOST_TRIES = 4,
    FIRST_WAIT = 250,  /* milliseconds; doubles with each try */
    LONGEST_WAIT = 60, /* seconds: who asks for longer gets no second try */
    MOST_AHEAD = 64,
    LOOK_AGAIN = 1000,    /* milliseconds */
    KEEP_EXPECTED = 1000, /* milliseconds that what was expected is kept for the next job */
    SIGN_OUT_WAIT = 2000,
    STOP = 0 /* no further step */
};

/* An exchange whose job does not run yet, or not any more. */
struct ahead {
    uint64_t job;
    struct http_exchange *exchange;
    int64_t until; /* kept so long though nobody waits for it; 0: not at all */
};

struct wire {
    struct backend *backend;
    struct http_client *client;
    struct wire_host host;
    size_t parallel;
    bool prepared;
    uint64_t job;
    const struct progress *progress;
    struct ahead ahead[MOST_AHEAD];
    size_t ahead_count;
};

/* One exchange of an operation. */
struct turn {
    const struct operation *operation;
    int step;
    struct cancel_token *token;
    struct result *result;
    struct http_exchange *exchange;
    bool read;
    int begun;          /* the last step whose exchange was begun, ahead of the others or not */
    size_t begun_ahead; /* how many steps that is after this one */
    bool wrote;         /* an earlier exchange of the operation changed something, or may have */
};

struct wire *wire_new(struct backend *backend, const struct profile *profile, struct wire_host host)
{
    struct wire *wire = memory_zeroed(1, sizeof *wire);
    wire->backend = backend;
    wire->host = host;
    wire->parallel = profile->parallel > 0 ? (size_t)profile->parallel : PROFILE_PARALLEL;
    wire->client = http_client_new(profile, backend->ops->default_timeout);
    http_client_listen(wire->client, host.listener);
    return wire;
}

void wire_free(struct wire *wire)
{
    if (wire != NULL) {
        http_client_free(wire->client);
        free(wire);
    }
}

void wire_wake(struct wire *wire)
{
    http_wake(wire->client);
}

/* --- exchanges ahead --- */

static struct http_exchange *take_ahead(struct wire *wire, size_t index)
{
    struct http_exchange *exchange = wire->ahead[index].exchange;
    wire->ahead[index] = wire->ahead[--wire->ahead_count];
    return exchange;
}

bool wire_tidy(struct wire *wire)
{
    bool any = false;
    int64_t now = now_milliseconds();
    for (size_t i = wire->ahead_count; i-- > 0;) {
        if (wire->ahead[i].until <= now &&
            !wire->host.is_wanted(wire->host.context, wire->ahead[i].job)) {
            http_finish(wire->client, take_ahead(wire, i));
            any = true;
        }
    }
    return any;
}

int wire_keeps_for(const struct wire *wire)
{
    int64_t first = -1, now = now_milliseconds();
    for (size_t i = 0; i < wire->ahead_count; i++) {
        int64_t left = wire->ahead[i].until > now ? wire->ahead[i].until - now : 0;
        first = first < 0 || left < first ? left : first;
    }
    return (int)first;
}

void wire_begin(struct wire *wire, uint64_t job, const struct progress *progress)
{
    wire->job = job;
    wire->progress = progress;
    (void)wire_tidy(wire);
}

/* The exchange for this request that is under way already; NULL when there is none. */
static struct http_exchange *claim(struct wire *wire, const struct http_request *request)
{
    for (size_t i = 0; request->read && i < wire->ahead_count; i++) {
        if (http_is_for(wire->ahead[i].exchange, request)) {
            return take_ahead(wire, i);
        }
    }
    return NULL;
}

static bool lacks_session(const struct wire *wire)
{
    const struct backend_ops *ops = wire->backend->ops;
    return ops->is_signed_in != NULL && !ops->is_signed_in(wire->backend);
}

/* Without a session there is nothing to begin with: the sign-in has the connection for itself. */
static bool has_room(const struct wire *wire)
{
    return wire->ahead_count < MOST_AHEAD && http_in_flight(wire->client) < wire->parallel &&
           !lacks_session(wire);
}

/* What was begun with a secret or session that is not taken any more will be refused too. */
static void drop_ahead(struct wire *wire)
{
    while (wire->ahead_count > 0) {
        http_finish(wire->client, take_ahead(wire, wire->ahead_count - 1));
    }
}

/* The operation's own next step, where it is known already. */
static bool start_next_step(struct wire *wire, struct turn *turn)
{
    const struct backend_ops *ops = wire->backend->ops;
    struct http_request request = {0};
    struct error error = {0};
    int next = ops->step_after == NULL
                   ? STOP
                   : ops->step_after(wire->backend, turn->operation, turn->begun, turn->result);
    if (next == STOP) {
        return false;
    }
    bool sends = ops->encode(wire->backend, turn->operation, next, &request, &error) == WIRE_SEND &&
                 request.read;
    error_clear(&error);
    if (!sends) {
        http_request_clear(&request);
        return false;
    }
    turn->begun = next;
    turn->begun_ahead++;
    wire->ahead[wire->ahead_count++] =
        (struct ahead){wire->job, http_start(wire->client, &request), 0};
    return true;
}

static bool is_under_way(const struct wire *wire, const struct http_request *request)
{
    for (size_t i = 0; i < wire->ahead_count; i++) {
        if (http_is_for(wire->ahead[i].exchange, request)) {
            return true;
        }
    }
    return false;
}

bool wire_expect(struct wire *wire, const struct operation *operation)
{
    struct http_request request = {0};
    struct error error = {0};
    http_work(wire->client, 0);
    if (!has_room(wire)) {
        return false;
    }
    bool sends =
        wire->backend->ops->encode(wire->backend, operation, 0, &request, &error) == WIRE_SEND &&
        request.read;
    error_clear(&error);
    if (!sends || is_under_way(wire, &request)) {
        http_request_clear(&request);
        return sends;
    }
    int64_t until = now_milliseconds() + KEEP_EXPECTED;
    wire->ahead[wire->ahead_count++] =
        (struct ahead){wire->job, http_start(wire->client, &request), until};
    return true;
}

static void start_ahead(struct wire *wire, struct turn *turn)
{
    while (has_room(wire) && start_next_step(wire, turn)) {
    }
    if ((wire->backend->ops->abilities & CAN_PARALLEL) == 0) {
        return;
    }
    while (has_room(wire)) {
        struct http_request request = {0};
        uint64_t job;
        if (!wire->host.next_ahead(wire->host.context, &request, &job)) {
            return;
        }
        wire->ahead[wire->ahead_count++] =
            (struct ahead){job, http_start(wire->client, &request), 0};
    }
}

/* An interrupted job comes back for its exchange; who was cancelled does not, and it is tidied
 * away. */
static void put_aside(struct wire *wire, const struct turn *turn)
{
    if (turn->read && wire->ahead_count < MOST_AHEAD) {
        wire->ahead[wire->ahead_count++] = (struct ahead){wire->job, turn->exchange, 0};
    } else {
        http_finish(wire->client, turn->exchange);
    }
}

/* --- trying again --- */

static int64_t jitter(int64_t most)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_nsec / 1000 % most;
}

static int64_t back_off(int try)
{
    int64_t wait = (int64_t)FIRST_WAIT << (try - 1);
    return wait + jitter(wait);
}

static bool is_busy(long status)
{
    return status == 429 || status == 503;
}

/* Milliseconds until the request is sent again; -1: it is not. A 503 that does not say when to come
 * back may have done half the work. */
static int64_t wait_before_next(const struct turn *turn, int try, bool answered,
                                const struct http_response *response)
{
    if (try >= MOST_TRIES) {
        return -1;
    }
    if (!answered) {
        return turn->read && http_may_pass(turn->exchange) ? back_off(try) : -1;
    }
    if (!is_busy(response->status)) {
        return -1;
    }
    int64_t asked = http_retry_after(response);
    if (asked > LONGEST_WAIT || (asked < 0 && response->status == 503 && !turn->read)) {
        return -1;
    }
    return asked >= 0 ? asked * 1000 + jitter(FIRST_WAIT) : back_off(try);
}

static void note(const struct wire *wire, const char *words)
{
    if (wire->progress != NULL && wire->progress->note != NULL) {
        wire->progress->note(wire->progress->context, words);
    }
}

static bool pause_before_next(struct wire *wire, const struct turn *turn, int try, bool answered,
                              int64_t milliseconds)
{
    struct text words = {0};
    text_format(&words, "%s, trying again in %.1f s (%d of %d)",
                answered ? "the server is busy" : "the connection failed",
                (double)milliseconds / 1000, try + 1, MOST_TRIES);
    note(wire, text_string(&words));
    text_free(&words);
    http_pause(wire->client, (int)milliseconds, &turn->token->cancelled);
    note(wire, NULL);
    return !atomic_load(&turn->token->cancelled) ||
           error_set(&turn->result->error, ERROR_CANCELLED,
                     "Cancelled while waiting to try again.");
}

/* --- one exchange --- */

static bool wait_for(struct wire *wire, struct turn *turn, struct http_response *response,
                     struct error *error)
{
    start_ahead(wire, turn);
    while (!http_has_ended(wire->client, turn->exchange)) {
        if (atomic_load(&turn->token->cancelled)) {
            return error_set(error, ERROR_CANCELLED, "Cancelled while waiting for the server.");
        }
        http_work(wire->client, LOOK_AGAIN);
        start_ahead(wire, turn);
    }
    return http_wait(wire->client, turn->exchange, &turn->token->cancelled, response, error);
}

/* The answer to a write did not come, or says nothing about it. */
static void mark_lost(const struct turn *turn)
{
    turn->result->lost = true;
    error_context(&turn->result->error, LOST_WORDS, operation_name(turn->operation->kind));
    error_set_hint(&turn->result->error, "look at the record as it is now, before trying again");
}

static void take_failure(const struct turn *turn, struct error *error)
{
    error_move(&turn->result->error, error);
    if (turn->wrote || (!turn->read && http_was_sent(turn->exchange))) {
        mark_lost(turn);
    }
}

static bool says_nothing(long status, const struct error *error)
{
    return status == 502 || status == 504 ||
           (status >= 200 && status < 300 && error->kind == ERROR_PROTOCOL);
}

/* Records that this answer should have told of, and did not. */
static void mark_lost_records(const struct turn *turn, long status)
{
    for (size_t i = 0; !turn->read && i < turn->result->write_count; i++) {
        struct write_result *write = &turn->result->writes[i];
        if (!write->success && says_nothing(status, &write->error)) {
            write->lost = true;
        }
    }
}

static int take_answer(struct wire *wire, struct turn *turn, const struct http_response *response)
{
    struct error *error = &turn->result->error;
    int next = wire->backend->ops->decode(wire->backend, turn->operation, turn->step, response,
                                          turn->result);
    mark_lost_records(turn, response->status);
    turn->wrote = turn->wrote || !turn->read;
    if (!error_is_set(error)) {
        return next;
    }
    if (error->retry_after == 0) {
        error->retry_after = http_retry_seconds(response);
    }
    if (!turn->read && says_nothing(response->status, error)) {
        mark_lost(turn);
    }
    return STOP;
}

/* One try. *again is the wait before the next one, or -1 when this was the last. */
static int try_once(struct wire *wire, struct turn *turn, struct http_request *request, int try,
                    int64_t *again, bool *answered)
{
    struct http_response response;
    struct error error = {0};
    int next = STOP;
    turn->read = request->read;
    turn->exchange = claim(wire, request);
    if (turn->exchange == NULL) {
        turn->exchange = http_start(wire->client, request);
    }
    http_request_clear(request);
    *again = -1;
    *answered = wait_for(wire, turn, &response, &error);
    if (error.kind == ERROR_CANCELLED) {
        take_failure(turn, &error);
        put_aside(wire, turn);
        return STOP;
    }
    *again = wait_before_next(turn, try, *answered, &response);
    if (*again < 0 && *answered) {
        next = take_answer(wire, turn, &response);
    } else if (*again < 0) {
        take_failure(turn, &error);
    }
    error_clear(&error);
    http_finish(wire->client, turn->exchange);
    return next;
}

static enum wire_step encode(struct wire *wire, const struct turn *turn,
                             struct http_request *request)
{
    enum wire_step step = wire->backend->ops->encode(wire->backend, turn->operation, turn->step,
                                                     request, &turn->result->error);
    if (step == WIRE_REFUSED && !error_is_set(&turn->result->error)) {
        error_set(&turn->result->error, ERROR_UNSUPPORTED, "%s cannot do this: %s.",
                  wire->backend->ops->label, operation_name(turn->operation->kind));
    }
    if (step != WIRE_SEND) {
        http_request_clear(request);
    }
    return step;
}

/* Sends the request as often as it takes; the next step, or STOP. */
static int exchange(struct wire *wire, struct turn *turn, struct http_request *request)
{
    for (int try = 1;; try++) {
        int64_t again;
        bool answered;
        int next = try_once(wire, turn, request, try, &again, &answered);
        if (again < 0 || !pause_before_next(wire, turn, try, answered, again) ||
            encode(wire, turn, request) != WIRE_SEND) {
            return next;
        }
    }
}

/* --- operations --- */

static bool prepare(struct wire *wire, struct cancel_token *token, struct error *error)
{
    const struct backend_ops *ops = wire->backend->ops;
    if (!wire->prepared && ops->prepare != NULL) {
        wire->backend->token = token;
        bool prepared = ops->prepare(wire->backend, error);
        wire->backend->token = NULL;
        if (!prepared) {
            return false;
        }
    }
    wire->prepared = true;
    return true;
}

/* Appends the request of this step; the one after it, where that does not hang on an answer. */
static int explain(const struct wire *wire, const struct turn *turn, struct http_request *request)
{
    const struct backend_ops *ops = wire->backend->ops;
    struct text words = {0};
    if (turn->result->text != NULL) {
        text_format(&words, "%s\n", turn->result->text);
    } else if (turn->operation->kind == OPERATION_DELETE && ops->delete_words != NULL) {
        text_format(&words, "%s: %s\n", turn->operation->object, ops->delete_words);
    }
    http_print_request(request, &words);
    http_request_clear(request);
    free(turn->result->text);
    turn->result->text = text_take(&words);
    return ops->step_after == NULL
               ? STOP
               : ops->step_after(wire->backend, turn->operation, turn->step, turn->result);
}

static int run_step(struct wire *wire, struct turn *turn)
{
    struct http_request request = {0};
    switch (encode(wire, turn, &request)) {
    case WIRE_NONE:
        return wire->backend->ops->decode(wire->backend, turn->operation, turn->step, NULL,
                                          turn->result);
    case WIRE_SEND:
        if (turn->operation->explain) {
            return explain(wire, turn, &request);
        }
        return exchange(wire, turn, &request);
    default:
        return STOP;
    }
}

static void go_to_step(struct turn *turn, int step)
{
    turn->step = step;
    if (turn->begun_ahead > 0) {
        turn->begun_ahead--;
    } else {
        turn->begun = step;
    }
}

/* Runs the steps from the turn's own on; afterwards it is the one at which that ended. */
static void run_steps(struct wire *wire, struct turn *turn)
{
    struct result *result = turn->result;
    for (int next = run_step(wire, turn); next != STOP; next = run_step(wire, turn)) {
        if (error_is_set(&result->error)) {
            break;
        }
        go_to_step(turn, next);
        if (result->expected > 0) {
            progress_report(wire->progress, result->done, result->expected);
        }
    }
}

/* --- sessions --- */

/* Nothing is sent for an operation that is only explained, and a sign-in is its own. */
static bool sign_in(struct wire *wire, const struct operation *operation,
                    struct cancel_token *token, struct error *error)
{
    if (!lacks_session(wire) || operation->explain || operation->kind == OPERATION_SIGN_IN) {
        return true;
    }
    struct operation *first = operation_new(OPERATION_SIGN_IN, NULL);
    struct result result = {.kind = OPERATION_SIGN_IN, .total = -1};
    struct turn turn = {.operation = first, .token = token, .result = &result};
    note(wire, "signing in");
    run_steps(wire, &turn);
    note(wire, NULL);
    operation_free(first);
    bool ok = !error_is_set(&result.error);
    error_move(error, &result.error);
    result_clear(&result);
    return ok;
}

/* A session that the server gave is of no use to the next run; that it ends is worth a moment, not
 * a wait. */
void wire_sign_out(struct wire *wire)
{
    struct http_request request = {0};
    struct operation *operation = operation_new(OPERATION_SIGN_OUT, NULL);
    struct error error = {0};
    const struct backend_ops *ops = wire->backend->ops;
    if (ops->is_signed_in != NULL && ops->is_signed_in(wire->backend) &&
        ops->encode(wire->backend, operation, 0, &request, &error) == WIRE_SEND) {
        struct http_exchange *exchange = http_start(wire->client, &request);
        int64_t until = now_milliseconds() + SIGN_OUT_WAIT;
        for (int64_t now = now_milliseconds();
             now < until && !http_has_ended(wire->client, exchange); now = now_milliseconds()) {
            http_work(wire->client, (int)(until - now));
        }
        http_finish(wire->client, exchange);
    }
    http_request_clear(&request);
    error_clear(&error);
    operation_free(operation);
}

/* The turn goes on at the exchange that was refused: that one did nothing. What the first one left
 * in the result, if anything, it leaves again. */
static void begin_again(struct turn *turn)
{
    turn->begun = turn->step;
    turn->begun_ahead = 0;
    if (turn->step == 0) {
        result_clear(turn->result);
        turn->result->kind = turn->operation->kind;
        turn->result->total = -1;
    }
    error_clear(&turn->result->error);
}

/* An exchange that was refused for want of a session did nothing: it is the one that is sent again.
 */
static void execute(struct wire *wire, const struct operation *operation,
                    struct cancel_token *token, struct result *result)
{
    const struct backend_ops *ops = wire->backend->ops;
    bool fresh = !wire->prepared || lacks_session(wire);
    if (!prepare(wire, token, &result->error) || !sign_in(wire, operation, token, &result->error)) {
        return;
    }
    struct operation asked = *operation; /* only lent what the earlier exchanges gave */
    asked.so_far = result;
    struct turn turn = {.operation = &asked, .token = token, .result = result};
    run_steps(wire, &turn);
    if (result->error.kind != ERROR_SIGN_IN || fresh || ops->prepare == NULL) {
        return;
    }
    begin_again(&turn);
    drop_ahead(wire);
    wire->prepared = false;
    if (prepare(wire, token, &result->error) && sign_in(wire, operation, token, &result->error)) {
        run_steps(wire, &turn);
    } else if (turn.wrote) {
        mark_lost(&turn);
    }
}

/* What to do next, where the adapter knows nothing better. */
static void add_hint(struct error *error)
{
    static const char *const hints[ERROR_KIND_COUNT] = {
        [ERROR_RATE_LIMIT] = "wait, and try again",
        [ERROR_SERVER] = "try again later; if it stays so, ask whoever runs the server",
        [ERROR_PROTOCOL] =
            "check the address in the profile: it may not be the service that answers",
    };
    if (error->hint == NULL && hints[error->kind] != NULL) {
        error_set_hint(error, "%s", hints[error->kind]);
    }
}

void wire_execute(struct wire *wire, const struct operation *operation, struct cancel_token *token,
                  struct result *result)
{
    execute(wire, operation, token, result);
    if (result->error.kind == ERROR_SIGN_IN) {
        wire->prepared = false; /* whoever mends the secret need not start again */
    }
    add_hint(&result->error);
    for (size_t i = 0; i < result->write_count; i++) {
        add_hint(&result->writes[i].error);
    }
}
