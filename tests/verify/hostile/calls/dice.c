#include "tests/verify/hostile/calls/dice.h"

struct dice dice_new(uint64_t seed)
{
    return (struct dice){seed * 0xD1342543DE82EF95u + 1};
}

uint32_t dice_any(struct dice *dice)
{
    uint64_t z = dice->state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)(z >> 32);
}

uint32_t dice_below(struct dice *dice, uint32_t limit)
{
    return dice_any(dice) % limit;
}

bool dice_once_in(struct dice *dice, uint32_t times)
{
    return dice_below(dice, times) == 0;
}

uint32_t dice_odd(struct dice *dice, uint32_t usual)
{
    static const uint32_t odd[] = {
        0, 1, 2, 3, 7, 255, 256, 1024, 4096, 0x7FFFFFFF, 0xFFFFFFFE, UINT32_MAX};
    uint32_t side = dice_below(dice, 20);

    if (side < sizeof odd / sizeof odd[0])
        return odd[side];
    return side < 14 ? dice_any(dice) : usual;
}
