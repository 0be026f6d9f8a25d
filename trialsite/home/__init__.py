"""The first page: each person's work for today, and how far enrolment is. Stands above all rooms."""
