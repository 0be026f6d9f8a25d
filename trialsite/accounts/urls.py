from django.contrib.auth.views import LogoutView
from django.urls import path

from trialsite.accounts.access import public
from trialsite.accounts.views import people, roles, signing_in

urlpatterns = [
    path("login/", public(signing_in.SignIn.as_view()), name="login"),
    path("logout/", public(LogoutView.as_view()), name="logout"),
    path("password/", signing_in.change_password, name="password_change"),
    path("password/set/<uidb64>/<token>/", public(signing_in.SetPassword.as_view()), name="set_password"),
    path("rights/", roles.roles, name="roles"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="add_person"),
    path("people/person/<username>/", people.person, name="person"),
    path("people/person/<username>/give-role/", people.give_role, name="give_role"),
    path("people/person/<username>/end-role/<int:number>/", people.end_role, name="end_role"),
    path("people/person/<username>/deactivate/", people.deactivate, name="deactivate_person"),
    path("people/person/<username>/reactivate/", people.reactivate, name="reactivate_person"),
    path("people/person/<username>/password-link/", people.password_link, name="password_link"),
]
