"""The operations of ODK Central's management API, in our own words: what each is called, and which right it asks for.

`TABLE` has a line for each: method, path, what it asks for, on what, and its status where that is not 200. `HOLDERS`
says who of the cast has a right. From both follows what anybody is answered, whatever the server's code says. Words in
braces are things of the prepared world.

Left out, because this server does not have them: entity lists and entities (`/datasets`, `/dataset-diff`, linking an
entity list to a form's file, `integrity`), the page for downloads (`/dl`), and the addresses that only show how to sign in
(`/v1/example1`, `/v1/example2`, `/v1/key/…/example3`).
"""

from dataclasses import dataclass

PEOPLE = ("nobody", "dee", "vy", "cuong", "chi", "quan", "bob", "alice")
# Who has a verb on the first project and what is in it; Bob manages it and has all of them, Alice all everywhere.
HOLDERS = {
    "project.read": {"vy", "cuong"},
    "form.list": {"vy", "cuong"},
    "form.read": {"vy", "cuong", "chi"},
    "submission.create": {"cuong", "chi"},
    "submission.list": {"vy"},
    "submission.read": {"vy"},
}

TABLE = """
POST    /v1/sessions                            anybody             server
DELETE  /v1/sessions/current                    user                server
DELETE  /v1/sessions/{phone_token}              session.end         project
GET     /v1/users                               signed-in           server
POST    /v1/users                               user.create         server
GET     /v1/users/current                       user                server
GET     /v1/users/{user}                        user.read           server
PATCH   /v1/users/{user}                        user.update         server
DELETE  /v1/users/{user}                        user.delete         server
PUT     /v1/users/{user}/password               user.update         server
POST    /v1/users/reset/initiate                anybody             server
PUT     /v1/user-preferences/site/order         user                server
DELETE  /v1/user-preferences/site/kept          user                server
PUT     /v1/user-preferences/project/{project}/order    project.read        project
DELETE  /v1/user-preferences/project/{project}/kept     project.read        project
GET     /v1/roles                               anybody             server
GET     /v1/roles/manager                       anybody             server
GET     /v1/assignments                         assignment.list     server
GET     /v1/assignments/admin                   assignment.list     server
POST    /v1/assignments/viewer/{user}           assignment.create   server
DELETE  /v1/assignments/viewer/{watcher}        assignment.delete   server
GET     /v1/projects                            anybody             server
POST    /v1/projects                            project.create      server
GET     {P}                                     project.read        project
PUT     {P}                                     project.update      project
PATCH   {P}                                     project.update      project
DELETE  {P}                                     project.delete      project
POST    {P}/key                                 project.update      project
GET     {P}/assignments                         assignment.list     project
GET     {P}/assignments/viewer                  assignment.list     project
POST    {P}/assignments/viewer/{user}           assignment.create   project
DELETE  {P}/assignments/viewer/{viewer}         assignment.delete   project
GET     {P}/assignments/forms                   assignment.list     project
GET     {P}/assignments/forms/app-user          assignment.list     project
GET     {P}/app-users                           field_key.list      project
POST    {P}/app-users                           field_key.create    project
GET     {P}/app-users/{app_user}                field_key.list      project
PATCH   {P}/app-users/{app_user}                field_key.update    project
DELETE  {P}/app-users/{app_user}                field_key.delete    project
GET     {P}/actor-properties                    actor_property.list     project
POST    {P}/actor-properties                    actor_property.update   project
GET     {P}/forms                               form.list           project
POST    {P}/forms                               form.create         project
POST    {P}/forms/{trashed_form}/restore        form.restore        project
GET     /v1/form-links/{form_link}/form         form.read           form
GET     {F}                                     form.read           form
PATCH   {F}                                     form.update         form
DELETE  {F}                                     form.delete         form
GET     {F}.xml                                 form.read           form
GET     {F}.xlsx                                form.read           form
GET     {F}/attachments                         form.read           form
GET     {F}/attachments/{file}                  form.read           form
GET     {F}/fields                              form.read           form
GET     {F}/versions                            form.read           form
GET     {F}/versions/{version}                  form.read           form
GET     {F}/versions/{version}.xml              form.read           form
GET     {F}/versions/{version}.xlsx             form.read           form
GET     {F}/versions/{version}/attachments      form.read           form
GET     {F}/versions/{version}/attachments/{file}   form.read       form
GET     {F}/versions/{version}/fields           form.read           form
GET     {F}/draft                               form.read           form
POST    {F}/draft                               form.update         form
DELETE  {F}/draft                               form.update         form
GET     {F}/draft.xml                           form.read           form
GET     {F}/draft.xlsx                          form.read           form
GET     {F}/draft/attachments                   form.read           form
GET     {F}/draft/attachments/{file}            form.read           form
POST    {F}/draft/attachments/{file}            form.update         form
DELETE  {F}/draft/attachments/{file}            form.update         form
GET     {F}/draft/fields                        form.read           form
POST    {F}/draft/publish                       form.update         form
GET     {F}/assignments                         assignment.list     form
GET     {F}/assignments/app-user                assignment.list     form
POST    {F}/assignments/app-user/{user}         assignment.create   form
DELETE  {F}/assignments/app-user/{app_user}     assignment.delete   form
GET     {F}/public-links                        public_link.list    form
POST    {F}/public-links                        public_link.create  form
GET     {F}/public-links/{link}                 public_link.list    form
PATCH   {F}/public-links/{link}                 public_link.update  form
DELETE  {F}/public-links/{link}                 public_link.delete  form
GET     {F}/submissions                         submission.list     form
POST    {F}/submissions                         submission.create   form
GET     {F}/submissions.geojson                 submission.read     form
GET     {F}/submissions.csv                     submission.read     form
POST    {F}/submissions.csv                     submission.read     form
GET     {F}/submissions.csv.zip                 submission.read     form
POST    {F}/submissions.csv.zip                 submission.read     form
GET     {F}/exports/xlsx                        submission.read     form
GET     {F}.svc                                 form.read           form
GET     {F}.svc/$metadata                       form.read           form
GET     {F}.svc/Submissions                     submission.read     form
GET     {F}/draft.svc                           form.read           form
GET     {F}/draft.svc/$metadata                 form.read           form
GET     {F}/draft.svc/Submissions               submission.read     form
GET     {F}/submissions/submitters              submission.list     form
GET     /v1/projects/{project}/forms/{sealed}/submissions/keys                 submission.read     form
GET     {S}                                     submission.read     form
PUT     {S}                                     submission.update   form
PATCH   {S}                                     submission.update   form
DELETE  {S}                                     submission.delete   form
GET     {S}.xml                                 submission.read     form
GET     {S}.geojson                             submission.read     form
GET     {S}/edit                                submission.update   form    302
POST    {F}/submissions/{trashed}/restore       submission.restore  form
GET     {S}/audits                              submission.read     form
GET     {S}/comments                            submission.read     form
POST    {S}/comments                            submission.update   form
GET     {S}/attachments                         submission.read     form
GET     {S}/attachments/{photo}                 submission.read     form
POST    {S}/attachments/{photo}                 submission.update   form
DELETE  {S}/attachments/{photo}                 submission.update   form
GET     {S}/diffs                               submission.read     form
GET     {S}/versions                            submission.read     form
GET     {V}                                     submission.read     form
GET     {V}.xml                                 submission.read     form
GET     {V}.geojson                             submission.read     form
GET     {V}/attachments                         submission.read     form
GET     {V}/attachments/{photo}                 submission.read     form
DELETE  {V}/attachments/{photo}                 submission.update   form
GET     {F}/draft/submissions                   submission.list     form
POST    {F}/draft/submissions                   submission.create   form
GET     {F}/draft/submissions.csv.zip           submission.read     form
POST    {F}/draft/submissions.csv.zip           submission.read     form
GET     /v1/projects/{project}/forms/{sealed}/draft/submissions/keys           submission.read     form
GET     {D}                                     submission.read     form
GET     {D}.xml                                 submission.read     form
GET     {D}/attachments                         submission.read     form
GET     {D}/attachments/{photo}                 submission.read     form
POST    {D}/attachments/{photo}                 submission.update   form
DELETE  {D}/attachments/{photo}                 submission.update   form
GET     {P}/formList                            signed-in           project
HEAD    {P}/submission                          signed-in           project     204
POST    {P}/submission                          submission.create   project     201
GET     {F}/manifest                            form.read           form
GET     {F}/draft/formList                      form.read           form
HEAD    {F}/draft/submission                    submission.create   form    204
POST    {F}/draft/submission                    submission.create   form    201
GET     {F}/draft/manifest                      form.read           form
GET     {T}/formList                            token               form
POST    {T}/submissions                         token               form
HEAD    {T}/submission                          token               form    204
POST    {T}/submission                          token               form    201
GET     {T}/manifest                            token               form
GET     {T}/attachments/{file}                  token               form
GET     {T}.xml                                 token               form
GET     /v1/config/analytics                    config.read         server
POST    /v1/config/analytics                    config.set          server
DELETE  /v1/config/analytics                    config.set          server
GET     /v1/config/login-appearance             config.read         server
POST    /v1/config/login-appearance             config.set          server
DELETE  /v1/config/login-appearance             config.set          server
GET     /v1/config/logo                         config.read         server
POST    /v1/config/logo                         config.set          server
DELETE  /v1/config/logo                         config.set          server
GET     /v1/config/hero-image                   config.read         server
POST    /v1/config/hero-image                   config.set          server
DELETE  /v1/config/hero-image                   config.set          server
GET     /v1/config/public                       anybody             server
GET     /v1/config/public/logo                  anybody             server
GET     /v1/analytics/preview                   analytics.read      server
GET     /v1/audits                              audit.read          server
POST    /v1/backup                              backup.run          server
"""
_PLACES = {
    "P": "/v1/projects/{project}",
    "F": "/v1/projects/{project}/forms/{form}",
    "S": "/v1/projects/{project}/forms/{form}/submissions/{instance}",
    "V": "/v1/projects/{project}/forms/{form}/submissions/{instance}/versions/{edit}",
    "D": "/v1/projects/{project}/forms/{form}/draft/submissions/{draft_instance}",
    "T": "/v1/test/{draft_token}/projects/{project}/forms/{form}/draft",
}
# They answer for a long time or with much, and change nothing but the log.
_READING_POSTS = ("/submissions.csv", "/submissions.csv.zip", "/v1/backup", "/v1/sessions")

_IN_A_FORM = ("version", "file", "link", "instance", "edit", "trashed", "photo", "draft_instance")
_KEPT_IN = {"form": _IN_A_FORM, "project": (*_IN_A_FORM, "form", "sealed", "app_user", "trashed_form")}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    needs: str
    on: str
    status: int

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def speaks_json(self) -> bool:
        """Refusals of what phones ask for are XML, and HEAD has none."""
        return not self.path.endswith(("/formList", "/manifest", "/submission"))

    @property
    def changes_the_world(self) -> bool:
        return self.method not in ("GET", "HEAD") and not self.path.endswith(_READING_POSTS)

    def has_something_below(self, parent: str) -> bool:
        """Whether the path names something that is in this project or form and nowhere else."""
        below = self.path.partition(f"{{{parent}}}")[2]
        return any(f"{{{name}}}" in below for name in _KEPT_IN[parent])

    def allows(self, person: str) -> bool:
        return person in self._allowed()

    def refusal_of(self, person: str) -> float:
        """The code that somebody without the right is answered."""
        if self.needs == "token":
            return 404.1  # one prefix is enough: with a key before it, the address is unknown
        if person == "nobody":
            return 401.2
        return 404.1 if self.needs == "user" else 403.1

    def _allowed(self) -> set[str]:
        everybody = set(PEOPLE)
        special = {
            "anybody": everybody,
            "signed-in": everybody - {"nobody"},
            "user": everybody - {"nobody", "chi"},
            "token": everybody - {"chi"},
        }
        if self.needs in special:
            return special[self.needs]
        return {"alice"} if self.on == "server" else {"alice", "bob"} | HOLDERS.get(self.needs, set())


def _read(line: str) -> Operation:
    method, path, needs, on, *status = line.split()
    for name, place in _PLACES.items():
        path = path.replace(f"{{{name}}}", place)
    return Operation(method, path, needs, on, int(status[0]) if status else 200)


OPERATIONS = [_read(line) for line in TABLE.strip().splitlines()]
