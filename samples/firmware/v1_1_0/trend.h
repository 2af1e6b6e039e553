/* Whether a reading rises or falls: a line fitted through its last minute. */
#ifndef DEMO_TREND_H
#define DEMO_TREND_H

void trend_step(void);
void command_trend(int count, char **words);

#endif
