/* Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, appendix A. */
#include "verify/refdelta/reference/x86_shape.h"

/* What follows an opcode:
 *   .  nothing        m  ModRM           p  a prefix        x  another opcode byte
 *   b  1 byte         B  ModRM, 1 byte   v  VEX or ModRM    e  EVEX or ModRM
 *   z  4 bytes, 2 with 66                Z  ModRM and z     r  a distance of 4 bytes
 *   n  a distance of 1 byte              w  2 bytes         t  3 bytes
 *   i  like z, 8 with REX.W              o  an offset of 4 or 8 bytes
 *   g  ModRM; 1 byte if its reg is 0, 1  G  ModRM; z if so
 *   f  4 bytes and a segment of 2        h  like ., a prefix in 64-bit code */
static const char one[257] = "mmmmbz..mmmmbz.x"
                             "mmmmbz..mmmmbz.."
                             "mmmmbzp.mmmmbzp."
                             "mmmmbzp.mmmmbzp."
                             "hhhhhhhhhhhhhhhh"
                             "................"
                             "..emppppzZbB...."
                             "nnnnnnnnnnnnnnnn"
                             "BZBBmmmmmmmmmmmm"
                             "..........f....."
                             "oooo....bz......"
                             "bbbbbbbbiiiiiiii"
                             "BBw.vvBZt.w..b.."
                             "mmmmbb..mmmmmmmm"
                             "nnnnbbbbrrfn...."
                             "p.pp..gG......mm";
static const char two[257] = "mmmm.........m.B"
                             "mmmmmmmmmmmmmmmm"
                             "mmmmmmmmmmmmmmmm"
                             "........m.B....."
                             "mmmmmmmmmmmmmmmm"
                             "mmmmmmmmmmmmmmmm"
                             "mmmmmmmmmmmmmmmm"
                             "BBBBmmm.mmmmmmmm"
                             "rrrrrrrrrrrrrrrr"
                             "mmmmmmmmmmmmmmmm"
                             "...mBm.....mBmmm"
                             "mmmmmmmmmmBmmmmm"
                             "mmBmBBBm........"
                             "mmmmmmmmmmmmmmmm"
                             "mmmmmmmmmmmmmmmm"
                             "mmmmmmmmmmmmmmmm";

struct reading {
    const uint8_t *bytes;
    uint32_t size, at;
    uint32_t looked;        /* the shape depends on no byte behind it */
    bool wide, half, large; /* half: 66; large: REX.W */
    struct fwd_x86_shape *shape;
};

/* The next byte; what is not there reads as 0. */
static uint32_t take(struct reading *r)
{
    uint32_t at = r->at++;

    r->looked = r->at;
    return at < r->size ? r->bytes[at] : 0;
}

static char kind_of(const struct reading *r)
{
    const struct fwd_x86_shape *s = r->shape;

    if (s->map < 2)
        return (s->map == 0 ? one : two)[s->opcode];
    return s->map == 2 ? 'm' : 'B';
}

static char read_prefixes(struct reading *r)
{
    char kind = 'p';

    while (kind == 'p' && r->at < FWD_X86_LONGEST) {
        uint32_t byte = take(r);
        r->shape->opcode = (uint8_t)byte;
        kind = one[byte];
        r->half |= byte == 0x66;
        if (kind == 'h' && !r->wide)
            kind = '.';
        if (kind == 'h' || kind == 'p') {
            r->large = kind == 'h' && (byte & 8);
            kind = 'p';
        }
    }
    return kind;
}

static char read_escape(struct reading *r)
{
    struct fwd_x86_shape *s = r->shape;
    uint32_t byte = take(r);

    s->map = byte == 0x38 ? 2 : byte == 0x3A ? 3 : 1;
    s->opcode = (uint8_t)(s->map > 1 ? take(r) : byte);
    return kind_of(r);
}

/* C4, C5 and 62; in 32-bit code those of which the next byte reads as ModRM with two registers. */
static char read_vex(struct reading *r)
{
    struct fwd_x86_shape *s = r->shape;
    uint32_t first = r->at < r->size ? r->bytes[r->at] : 0;

    if (!r->wide && first < 0xC0)
        return 'm';
    s->map = (uint8_t)(s->opcode == 0xC5 ? 1 : first & 3);
    r->at += s->opcode == 0xC5 ? 1 : s->opcode == 0xC4 ? 2 : 3;
    s->opcode = (uint8_t)take(r);
    return s->map == 0 ? 'm' : kind_of(r);
}

static uint32_t read_modrm(struct reading *r)
{
    struct fwd_x86_shape *s = r->shape;
    uint32_t modrm = take(r), mod = modrm >> 6, base = modrm & 7;
    bool scaled = mod != 3 && base == 4;

    if (scaled)
        base = take(r) & 7;
    if (mod == 1)
        r->at += 1;
    if (mod == 2 || (mod == 0 && base == 5)) {
        s->disp = (uint8_t)r->at;
        s->relative = r->wide && mod == 0 && !scaled;
        r->at += 4;
    }
    return modrm >> 3 & 7;
}

static void read_value(struct reading *r)
{
    if (!r->half)
        r->shape->value = (uint8_t)r->at;
    r->at += r->half ? 2 : 4;
}

static void read_rest(struct reading *r, char kind)
{
    struct fwd_x86_shape *s = r->shape;
    uint32_t reg =
        kind == 'm' || kind == 'B' || kind == 'Z' || kind == 'g' || kind == 'G' ? read_modrm(r) : 0;

    switch (kind) {
    case 'b':
    case 'B':
        r->at += 1;
        break;
    case 'z':
    case 'Z':
        read_value(r);
        break;
    case 'i':
        if (r->large)
            r->at += 8;
        else
            read_value(r);
        break;
    case 'g':
        r->at += reg < 2;
        break;
    case 'G':
        if (reg < 2)
            read_value(r);
        break;
    case 'n':
        s->near = (uint8_t)r->at;
        r->at += 1;
        break;
    case 'r':
        s->far = (uint8_t)r->at;
        r->at += 4;
        break;
    case 'o':
        s->disp = (uint8_t)(r->wide ? 0 : r->at);
        r->at += r->wide ? 8 : 4;
        break;
    case 'f':
        r->at += 6;
        break;
    case 'w':
        r->at += 2;
        break;
    case 't':
        r->at += 3;
        break;
    default:
        break;
    }
}

bool fwd_x86_shape(const uint8_t *bytes, uint32_t size, bool wide, struct fwd_x86_shape *shape)
{
    struct reading r = {.bytes = bytes, .size = size, .wide = wide, .shape = shape};

    *shape = (struct fwd_x86_shape){0};
    char kind = read_prefixes(&r);
    if (kind == 'x')
        kind = read_escape(&r);
    else if (kind == 'v' || kind == 'e')
        kind = read_vex(&r);
    read_rest(&r, kind);
    if (r.looked > size)
        return false;
    if (r.at > FWD_X86_LONGEST)
        *shape = (struct fwd_x86_shape){.size = 1};
    else
        shape->size = (uint8_t)r.at;
    return true;
}
