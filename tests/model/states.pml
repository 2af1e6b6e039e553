/* The states of the journal, what may follow each (bit n: state n) and how it is resumed: the table of
 * verify/install/states_table.c. Made by model_states; a test compares. When a row of the code has changed, look at
 * what the models say about it, then: build/release/tests/model_states >tests/model/states.pml */
#define LOST 0
#define IDLE 1
#define DOWNLOADING 2
#define REHEARSING 3
#define STAGED 4
#define ACTING 5
#define VERIFIED 6
#define SWITCHED 7
#define DONE 9
#define FAILED 10
#define REPORTED 11
#define TRIAL 12
#define REVERTING 13
#define FOLLOWERS(state) (\
    ((state) == 0 -> 6 : \
    ((state) == 1 -> 6 : \
    ((state) == 2 -> 12 : \
    ((state) == 3 -> 1048 : \
    ((state) == 4 -> 1144 : \
    ((state) == 5 -> 100 : \
    ((state) == 6 -> 1220 : \
    ((state) == 7 -> 4740 : \
    ((state) == 8 -> 0 : \
    ((state) == 9 -> 2572 : \
    ((state) == 10 -> 3084 : \
    ((state) == 11 -> 2060 : \
    ((state) == 12 -> 14852 : \
    ((state) == 13 -> 8324 : 0)))))))))))))))
#define RESUME(state) (\
    ((state) == 0 -> 0 : \
    ((state) == 1 -> 0 : \
    ((state) == 2 -> 0 : \
    ((state) == 3 -> 1 : \
    ((state) == 4 -> 2 : \
    ((state) == 5 -> 3 : \
    ((state) == 6 -> 4 : \
    ((state) == 7 -> 4 : \
    ((state) == 8 -> 0 : \
    ((state) == 9 -> 0 : \
    ((state) == 10 -> 0 : \
    ((state) == 11 -> 0 : \
    ((state) == 12 -> 0 : \
    ((state) == 13 -> 4 : 0)))))))))))))))
#define FOLLOWS(from, to) ((FOLLOWERS(from) >> (to)) & 1)
