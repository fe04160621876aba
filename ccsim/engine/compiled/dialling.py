"""Calls that the centre makes: callbacks, and the calls of an outbound channel."""

from ccsim.engine.compiled.attempts import end_attempt
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.codes import CALLBACK_FAILED, DIALLING, FOR_CALL_DUE, FOR_REACHED, NONE
from ccsim.engine.compiled.dealing import chance, deal_again
from ccsim.engine.compiled.floor import write_state
from ccsim.engine.compiled.next_work import free_agent
from ccsim.engine.compiled.serving import begin_service, talk_time
from ccsim.engine.compiled.stepping import step
from ccsim.engine.compiled.waiting import helper, line_up_first
from ccsim.engine.compiled.world import CALL_IS_DUE, TALK_ENDS, World
from ccsim.engine.contract import RE_ATTEMPT, STAGE_ENDS


@step
def end_dialling(w: World, visit: int, agent: int, now: float) -> None:
    """The customer answers and talk begins; or not, and the agent is free."""
    v = w.attempts[visit]
    c = w.channels[v.channel]
    write_state(w, agent, DIALLING, now)
    if c.dialling_reached >= 1.0 or chance(w, visit, FOR_REACHED, v.dials) < c.dialling_reached:
        v.agent = agent
        v.group = w.agents[agent].group
        v.starts = now
        v.talk_ends = now + talk_time(w, visit)
        push(w, v.talk_ends, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, TALK_ENDS, visit, 0)
        return
    free_agent(w, agent, now)
    if v.dials < c.dialling_tries:
        again = now + deal_again(w, c.dialling_again, visit, FOR_CALL_DUE, v.dials)
        push(w, again, RE_ATTEMPT, v.need, v.attempt << 4 | v.leg, CALL_IS_DUE, visit, 0)
        return
    v.ends = now
    v.end_reason = CALLBACK_FAILED
    end_attempt(w, visit, now)


@step
def call_is_due(w: World, visit: int, now: float) -> None:
    """A customer is to be called now: by an idle agent, or first in line."""
    agent = helper(w, visit, now)
    if agent != NONE:
        begin_service(w, agent, visit, now)
    else:
        line_up_first(w, visit)
