"""The written order of one instant: what every engine obeys.

1. An event's key is (time, rank, need, attempt, leg), or (time, rank, agent, group, channel or cause, 0, 0) where no
   need is concerned; a group's number comes after the last agent's. Keys are unique, but for a channel's closing that
   is set twice and does nothing the second time; the order in which events were made never matters. Ranks
   are the constants below. An event made for the present instant runs next in the order of its
   key, even if its rank is lower than that of the event just handled. A need that another raises arises with the rank
   of re-attempts, as attempt 0.
2. One event, then all its consequences: agents and waiting visits are paired until no agent who is idle, or has a
   free slot, and may take work and no waiting visit that he may take are left together.
3. Taking work is a test of the clock. An agent on a named shift takes work from the handling of his shift's start,
   or his break's end, while now < the shift's end and < the next break's time; one who finishes exactly then takes no
   more. Of a group staffed by count, nobody takes work while the busy number is at or above the count valid now, and
   who has contacts in hand that share him takes no more of them while it is above; at the instant of a change the
   lower of the two counts is valid until the change is handled. A channel is open on [opens, closes). A line is held
   from entering a live channel to the end of its last leg, and is free again for whoever enters at that instant later
   in the order. A wait of exactly the acceptable wait is within. A visit whose patience ends in the instant in which an
   agent frees is served. Events at or after the horizon don't happen.
4. Who is chosen. Among idle agents: the group's turn for the queue (routing policy), then, where the policy says so,
   who has been busy for the least share of his time since he came onto the floor, breaks left out, then longest idle
   (since last available), then lowest agent id. Among waiting visits: the group's preference for the queue (channel
   priority, then skill rank if the policy says so), then the need type's priority, less what the visit has risen by
   since it joined, then work that was put down and calls that are due before
   other work, then joined, then need, attempt, leg. Only the heads
   of lines are compared, one line for each queue and each priority with its rise: choosing costs O(lines), never
   O(waiting). What a visit may balk at, and what the wait announced to it is made of, are those who wait in its queue
   when it comes, itself not among them, and the agents then on the floor, idle or busy. A skill that is used after a
   delay counts from joining: a visit that has waited exactly so long may be taken, and so may work that was put down
   and a call that is due. An agent who frees tests the clock;
   agents who are idle already come in at the timer, where the longest idle of the first turn takes whom he would take
   if he freed then, until the visit is taken or none of them is left.
5. The end of a shift: a busy agent finishes the contact and its wrap-up, then goes. When a count falls, idle agents
   go first, the shortest idle (then highest id) before the others; then whoever finishes next. When a count rises,
   the lowest ids off the floor come on. Where work is paused, deferrable work in hand is put down instead, as the
   shift ends; as a count falls and nobody is idle, by as many as are too many, who began last (then highest id)
   first. Work put down goes at once to an idle agent who may take it, or else back into its queue; whoever takes it
   up has the rest of it to do. A break is due at its time: who is idle begins it then, who is busy as he is free
   (with the contact over, or put down where work is paused), unless his shift has ended; it keeps its length, but
   ends with the shift. Who is due for a break takes no work. Where live talk is handed over, an agent whose shift ends,
   or who is too many, hands it over as he would put work down; a break waits for its end. The leg ends, and the rest of
   the talk joins the same queue as the next leg, where an idle agent of any group takes it, or one who puts down work
   for it, or else it is first in line, with a patience of its own. What shares an agent, is dialled or is wrapped up is
   finished, and so is talk from leg 12 on.
   A live visit that finds nobody idle as it joins takes an agent from interruptible work, who puts it down: the
   group's turn for the queue, then who began last, then highest id. Deferrable work is taken in a group with a
   reserve only by an agent beyond it: while more are idle than are kept back, himself included.
6. Outcomes and end reasons are the closed lists of `ccsim.logs.codes`; every leg of an attempt has exactly one.
7. A visit that is unfinished at the horizon ends as HORIZON and its need stays OPEN.
8. Contacts that share an agent. Whoever has contacts of such a channel in hand takes only more of it, as long as there
   is a free slot; anything else waits until the hands are empty. Who is idle or has a free slot is asked in this
   order: the group's turn, fewest (or most) in hand, longest as they are, lowest agent id. An agent who becomes free,
   and one whose slot does, takes waiting visits until all slots are taken; so do, lowest id first, those of a group
   who could take no more and now may, after all else that the event brought. Every contact in hand goes on at the pace
   for their number. Whenever the hands change, by a contact more or less or by talk that turns to wrap-up, the end of
   the one that is done next (least work left, then need, attempt, leg) is set anew, and one set before doesn't count.
9. Calls that the centre makes. Who finds no agent free, and puts nobody's work down, is offered a callback before he
   balks. Whoever takes him in line dials first; when dialling ends (a stage's end) talk begins, or the agent is free
   before the customer's next call is set or the attempt ends. A call falls due like a re-attempt: it goes at once to
   an idle agent of any group of the queue, whatever its delay, or else into its queue before other work.
10. A customer loses tolerance with a message like patience, at the rank of patience; if he tries again, he does so in
   the same instant, as a re-attempt, unless the need was settled in between. Where several attempts of a need go on,
   the one that ends unresolved leads to nothing, and the last decides.
11. Who passes a customer on warm is busy until the customer's next wait is over, or for as long as he stays at most.
   The customer joins first; then the agent is free by a stage's end of the leg that is over: in the present instant
   where the customer is taken, gives up or balks. While he stays he takes nobody, his own customer no more than
   another; once he has left he may.
12. Who leaves without a word has abandoned for himself; for the centre he waits on: he counts, keeps his place, is
   taken like any other, and his agent finds out at a stage's end. Of two visits of a need that are done in one
   instant the earlier attempt comes first. Who was passed on warm is seen to leave.
13. A live channel that closes. Where it cuts off, nobody waits on it while it is closed. Where it finishes, who is on
   the line waits on as long as anybody is on the floor, or on a break, who may ever serve the queue; an agent who is
   free and would go, his shift over or his group too many, takes who waits in the queues of such channels that are
   closed, in his usual order, as hands that share an agent take more of one; and talk there is not handed over. Whoever
   may wait no longer is sent away by an event of the channel: at each closing, and again in the instant in which
   somebody begins to wait, or an agent has gone, while it is closed. It sends away the first of the first such queue,
   by the order of lines, and follows upon itself until there is none. Who expects a call stays; who has left without a
   word loses his place. Who is sent away goes on like who finds the channel closed.

The decisions and steps have one name each, in every engine:

=================  ==================================================================
choose_channel     the preferred channel, found or not, put off or not, diverted
walk_in            closed, all lines taken, into the gate or the queue
pass_gate          time in the gate, hang-up, solved, wrong, blocked, misrouted
join_queue         an agent at once, or a place in the queue and a patience timer
announced_wait     where no agent is free, the wait that the customer is told
balks              where no agent is free, whether the customer leaves at once
find_agent         which idle agent takes this visit
interrupt          which agent puts down interruptible work for this live visit
find_sharer        which agent with a free slot takes this visit
find_contact       which waiting visit this agent takes
takes_callback     where no agent is free, whether the customer is called later instead of waiting
dial               how long the agent rings, and whether the customer answers
outlast            whether and where a customer tries again whose message lies for too long
merges             whether a further message is merged into one that lies
call_is_due        an idle agent calls, or the call is first in line
overflow           a visit that has waited long enough for other groups to take it
begin_service      how long talk and wrap-up will last, or talk until the customer is passed on
end_service        resolved or not, coded or not, evidence; who is passed on joins when his agent has gone on
close              who is on a closed channel's line, or alone there, is sent away
stay_on            an agent who would go takes who waits on a closed channel
leave              patience is over, and whether the centre sees it
found_out          the agent knows that nobody is there, and goes on
free_agent         next contact, idle, or off the floor
consult            whether the agent stays with whom he passes on, and until when
put_down           work in hand goes to another agent, or first in line
hand_over          talk in hand goes to another agent, or first in line
begin_break        a break that is due begins, with its agent idle or just free
fill_hands         agents who may take more again do
retry              whether, when and where the customer tries again
raise_signal       how far the evidence of a leg comes, by chances dealt to its need; to signal, to detection
raise_need         whether and when another need follows from one that is over
=================  ==================================================================
"""

STAGE_ENDS = 1
SHIFT_ENDS = 2
SHIFT_STARTS = 3
PATIENCE_ENDS = 4
OVERFLOW = 5
CLOSES = 6
DETECTION = 7
RE_ATTEMPT = 8
ARRIVAL = 9
# a channel where one is asked for: those that are closed and finish who is in line
BEYOND_HOURS = -2
# later legs are finished by whoever has them, so that there is a leg left for every transfer
LAST_HANDED_OVER = 12


def key(rank: int, need: int, attempt: int, leg: int) -> int:
    """An event's place within its instant, as one whole number.

    Parameters
    ----------
    rank : int
        One of this module's ranks.
    need : int
        Need id, or the id of an agent, group or cause.
    attempt, leg : int
        From 0 to 15.

    Returns
    -------
    int

    Examples
    --------
    >>> key(STAGE_ENDS, 7, 0, 0) < key(ARRIVAL, 3, 0, 0)
    True
    """
    return ((rank << 63 | need) << 4 | attempt) << 4 | leg
