/* terminal: see terminal.h. This file: what curses reads becomes key presses, pastes, clicks. */
#include "ui/terminal_private.h"

#include <string.h>

#include "core/text.h"
#include "store/config.h"

/* Codes of our own for sequences that terminfo has no name for, beyond curses' own. */
enum {
    OWN_FIRST = 1000,
    OWN_PASTE_BEGIN = OWN_FIRST,
    OWN_PASTE_END,
    OWN_CONTROL_LEFT,
    OWN_CONTROL_RIGHT,
    OWN_ALT_LEFT,
    OWN_ALT_RIGHT,
    OWN_SYNCHRONIZED,   /* the terminal knows synchronized output */
    OWN_UNSYNCHRONIZED, /* it does not */
    OWN_SHIFT_UP,
    OWN_SHIFT_DOWN
};

enum { PASTE_MOST = 1 << 20, PASTE_SILENCE = 500, DOUBLE_CLICK = 400 };

struct sequence {
    const char *bytes;
    int code;
};

static const struct sequence sequences[] = {
    {"\033[200~", OWN_PASTE_BEGIN},
    {"\033[201~", OWN_PASTE_END},
    {"\033[1;5D", OWN_CONTROL_LEFT},
    {"\033[1;5C", OWN_CONTROL_RIGHT},
    {"\033Od", OWN_CONTROL_LEFT},
    {"\033Oc", OWN_CONTROL_RIGHT},
    {"\033[1;3D", OWN_ALT_LEFT},
    {"\033[1;3C", OWN_ALT_RIGHT},
    {"\033[1;2A", OWN_SHIFT_UP},
    {"\033[1;2B", OWN_SHIFT_DOWN},
    {"\033[1;2C", KEY_SRIGHT},
    {"\033[1;2D", KEY_SLEFT},
    {"\033[?2026;0$y", OWN_UNSYNCHRONIZED},
    {"\033[?2026;1$y", OWN_SYNCHRONIZED},
    {"\033[?2026;2$y", OWN_SYNCHRONIZED},
    {"\033[?2026;3$y", OWN_SYNCHRONIZED},
    {"\033[?2026;4$y", OWN_UNSYNCHRONIZED},
    {"\033[A", KEY_UP},
    {"\033[B", KEY_DOWN},
    {"\033[C", KEY_RIGHT},
    {"\033[D", KEY_LEFT},
    {"\033OA", KEY_UP},
    {"\033OB", KEY_DOWN},
    {"\033OC", KEY_RIGHT},
    {"\033OD", KEY_LEFT},
    {"\033[H", KEY_HOME},
    {"\033[F", KEY_END},
    {"\033OH", KEY_HOME},
    {"\033OF", KEY_END},
    {"\033[1~", KEY_HOME},
    {"\033[4~", KEY_END},
    {"\033[2~", KEY_IC},
    {"\033[3~", KEY_DC},
    {"\033[5~", KEY_PPAGE},
    {"\033[6~", KEY_NPAGE},
    {"\033[Z", KEY_BTAB},
};

struct key_name {
    int curses;
    enum key_code code;
    bool alt;
};

static const struct key_name function_keys[] = {
    {KEY_UP, PRESS_UP, false},
    {KEY_DOWN, PRESS_DOWN, false},
    {KEY_LEFT, PRESS_LEFT, false},
    {KEY_RIGHT, PRESS_RIGHT, false},
    {KEY_HOME, PRESS_HOME, false},
    {KEY_END, PRESS_END, false},
    {KEY_A1, PRESS_HOME, false},
    {KEY_C1, PRESS_END, false},
    {KEY_PPAGE, PRESS_PAGE_UP, false},
    {KEY_NPAGE, PRESS_PAGE_DOWN, false},
    {KEY_ENTER, PRESS_ENTER, false},
    {KEY_BTAB, PRESS_BACK_TAB, false},
    {KEY_BACKSPACE, PRESS_BACKSPACE, false},
    {KEY_DC, PRESS_DELETE, false},
    {KEY_IC, PRESS_INSERT, false},
    {KEY_SLEFT, PRESS_SHIFT_LEFT, false},
    {KEY_SRIGHT, PRESS_SHIFT_RIGHT, false},
    {KEY_SR, PRESS_SHIFT_UP, false},
    {KEY_SF, PRESS_SHIFT_DOWN, false},
    {OWN_SHIFT_UP, PRESS_SHIFT_UP, false},
    {OWN_SHIFT_DOWN, PRESS_SHIFT_DOWN, false},
    {OWN_CONTROL_LEFT, PRESS_CONTROL_LEFT, false},
    {OWN_CONTROL_RIGHT, PRESS_CONTROL_RIGHT, false},
    {OWN_ALT_LEFT, PRESS_LEFT, true},
    {OWN_ALT_RIGHT, PRESS_RIGHT, true},
};

void keys_define(void)
{
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        define_key(sequences[i].bytes, sequences[i].code);
    }
}

int keys_timeout(const struct terminal *terminal)
{
    if (!terminal->pasting) {
        return -1;
    }
    int64_t left = terminal->paste_at + PASTE_SILENCE - terminal_now();
    return left > 0 ? (int)left : 0;
}

/* Controls have no place in a paste, but newlines and tabs; CR and CR LF become newlines. */
void keys_sanitize_paste(struct text *paste, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '\r') {
            text_append_character(paste, '\n');
            if (i + 1 < length && bytes[i + 1] == '\n') {
                i++;
            }
        } else if (byte == '\n' || byte == '\t' || (byte >= 0x20 && byte != 0x7f)) {
            text_append_character(paste, (char)byte);
        }
    }
}

static void set_function(struct key_press *key, enum key_code code, bool alt)
{
    memset(key, 0, sizeof *key);
    key->kind = KEY_PRESS_FUNCTION;
    key->code = code;
    key->alt = alt;
}

static bool press_of_function(unsigned code, struct key_press *key)
{
    if (code >= (unsigned)KEY_F(1) && code <= (unsigned)KEY_F(12)) {
        set_function(key, (enum key_code)(PRESS_F1 + (int)(code - (unsigned)KEY_F(1))), false);
        return true;
    }
    for (size_t i = 0; i < sizeof function_keys / sizeof function_keys[0]; i++) {
        if ((unsigned)function_keys[i].curses == code) {
            set_function(key, function_keys[i].code, function_keys[i].alt);
            return true;
        }
    }
    return false;
}

static bool press_of_character(unsigned character, struct key_press *key)
{
    switch (character) {
    case '\r':
    case '\n':
        set_function(key, PRESS_ENTER, false);
        return true;
    case '\t':
        set_function(key, PRESS_TAB, false);
        return true;
    case 0x08:
    case 0x7f:
        set_function(key, PRESS_BACKSPACE, false);
        return true;
    case 0x1b:
        set_function(key, PRESS_ESCAPE, false);
        return true;
    default:
        break;
    }
    if (character >= 1 && character <= 26) {
        set_function(key, (enum key_code)(PRESS_CONTROL_A + (int)character - 1), false);
        return true;
    }
    memset(key, 0, sizeof *key);
    key->kind = KEY_PRESS_CHARACTER;
    key->character = character;
    return character >= 0x20 || character == 0x1f; /* Ctrl-_, which takes typing back */
}

/* The next raw thing curses has: OK, KEY_CODE_YES or ERR. */
static int next_raw(struct terminal *terminal, unsigned *value)
{
    if (terminal->has_pushed) {
        terminal->has_pushed = false;
        *value = terminal->pushed;
        return terminal->pushed_kind;
    }
    wint_t wide = 0;
    int kind = wget_wch(terminal->keys, &wide);
    *value = (unsigned)wide;
    return kind;
}

static void push_raw(struct terminal *terminal, int kind, unsigned value)
{
    terminal->has_pushed = true;
    terminal->pushed_kind = kind;
    terminal->pushed = value;
}

/* True when the paste is whole (or its end will not come any more). */
static bool take_paste(struct terminal *terminal, struct terminal_input *input)
{
    unsigned value = 0;
    int kind = ERR;
    bool ended = false;
    while (!ended && (kind = next_raw(terminal, &value)) != ERR) {
        terminal->paste_at = terminal_now();
        ended = kind == KEY_CODE_YES && value == OWN_PASTE_END;
        text_reserve_wiping(&terminal->paste, 4); /* it may be a password */
        if (kind == OK && terminal->paste.length < PASTE_MOST) {
            text_append_code_point(&terminal->paste, value);
        } else if (kind == KEY_CODE_YES && value == KEY_ENTER) {
            text_append_character(&terminal->paste, '\n');
        }
    }
    if (!ended && keys_timeout(terminal) != 0) {
        return false;
    }
    terminal->pasting = false;
    struct text clean = {0};
    text_reserve_wiping(&clean, terminal->paste.length);
    keys_sanitize_paste(&clean, text_string(&terminal->paste), terminal->paste.length);
    config_wipe(&terminal->paste);
    terminal->paste = clean;
    input->kind = INPUT_KEY;
    memset(&input->key, 0, sizeof input->key);
    input->key.kind = KEY_PRESS_PASTE;
    input->key.paste = text_string(&terminal->paste);
    input->key.paste_length = terminal->paste.length;
    return true;
}

static int button_of(mmask_t state)
{
    if ((state & (BUTTON1_PRESSED | BUTTON1_RELEASED)) != 0) {
        return 1;
    }
    if ((state & BUTTON3_PRESSED) != 0) {
        return 3;
    }
    if ((state & BUTTON4_PRESSED) != 0) {
        return 4;
    }
#if NCURSES_MOUSE_VERSION > 1
    if ((state & BUTTON5_PRESSED) != 0) {
        return 5;
    }
#endif
    return 0;
}

static bool take_mouse(struct terminal *terminal, struct terminal_input *input)
{
    MEVENT event;
    terminal->more_mouse = getmouse(&event) == OK;
    if (!terminal->more_mouse) {
        return false;
    }
    terminal->key_count++;
    if (button_of(event.bstate) == 0) {
        return false;
    }
    int64_t now = terminal_now();
    input->kind = INPUT_MOUSE;
    input->mouse.row = event.y;
    input->mouse.column = event.x;
    input->mouse.button = button_of(event.bstate);
    input->mouse.pressed = (event.bstate & BUTTON1_RELEASED) == 0;
    input->mouse.double_click = false;
    if (input->mouse.button == 1 && input->mouse.pressed) {
        input->mouse.double_click = now - terminal->clicked_at < DOUBLE_CLICK &&
                                    terminal->clicked_row == event.y &&
                                    terminal->clicked_column == event.x;
        terminal->clicked_at = now;
        terminal->clicked_row = event.y;
        terminal->clicked_column = event.x;
    }
    return true;
}

/* Codes that are no key press: true when the input is complete, false to go on reading. */
static bool take_code(struct terminal *terminal, unsigned code, struct terminal_input *input)
{
    switch (code) {
    case OWN_PASTE_BEGIN:
        terminal->pasting = true;
        terminal->paste_at = terminal_now();
        text_truncate(&terminal->paste, 0);
        return take_paste(terminal, input);
    case OWN_SYNCHRONIZED:
    case OWN_UNSYNCHRONIZED:
        terminal->synchronized = code == OWN_SYNCHRONIZED;
        return false;
    case KEY_MOUSE:
        return take_mouse(terminal, input);
    default:
        input->kind = INPUT_KEY;
        return press_of_function(code, &input->key);
    }
}

/* Esc with a character close behind it is Alt and that character. */
static void take_alt(struct terminal *terminal, struct terminal_input *input)
{
    unsigned value = 0;
    int kind = next_raw(terminal, &value);
    if (kind == OK && value >= 0x20 && value != 0x7f) {
        press_of_character(value, &input->key);
        input->key.alt = true;
    } else if (kind != ERR) {
        push_raw(terminal, kind, value);
    }
}

bool terminal_read(struct terminal *terminal, struct terminal_input *input)
{
    memset(input, 0, sizeof *input);
    bool complete = terminal->pasting && take_paste(terminal, input);
    while (terminal->more_mouse && !complete) {
        complete = take_mouse(terminal, input); /* press and release often come as one key */
    }
    while (!complete && !terminal->pasting) {
        unsigned value = 0;
        int kind = next_raw(terminal, &value);
        if (kind == ERR) {
            return false;
        }
        if (kind == KEY_CODE_YES) {
            complete = take_code(terminal, value, input);
            continue;
        }
        input->kind = INPUT_KEY;
        complete = press_of_character(value, &input->key);
        if (complete && value == 0x1b) {
            take_alt(terminal, input);
        }
    }
    terminal->key_count += complete && input->kind == INPUT_KEY;
    return complete;
}
