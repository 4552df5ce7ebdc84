"""Jobs: the same functions, whether the scheduler of this process calls them or a worker of Celery.

===========  =================================================================
module       one idea
===========  =================================================================
harvesting   harvest one source, from the web or from a recording
owner        the one process of a data directory that runs the readers
rhythm       when a source is due, and what is noted after its run
scheduler    every source at its own rhythm, within one process
serving      the web application with the owner and the scheduler beside it
samples      the demonstration: every sample harvested at the moment at which it is true
celery_app   the same through a broker, by Celery
===========  =================================================================
"""
