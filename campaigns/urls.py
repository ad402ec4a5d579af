"""/campaigns, its runs, the approvals, the doubts and a person's rights, with and without the trailing slash."""

from django.urls import re_path
from rest_framework.routers import SimpleRouter

from campaigns.decision_views import ApprovalViewSet, DoubtViewSet
from campaigns.person_views import PersonViewSet
from campaigns.views import ID, ActionViewSet, CampaignViewSet, RunViewSet

router = SimpleRouter()
router.trailing_slash = "/?"
router.register("campaigns/runs", RunViewSet)
router.register(rf"campaigns/(?P<campaign_id>{ID})/actions", ActionViewSet, basename="campaign-action")
router.register("campaigns", CampaignViewSet)
router.register("approvals", ApprovalViewSet, basename="approval")
router.register("doubts", DoubtViewSet, basename="doubt")
urlpatterns = [
    *router.urls,
    re_path(r"^do-not-contact/?$", PersonViewSet.as_view({"post": "silence"}), name="do-not-contact"),
    re_path(r"^do-not-contact/lift/?$", PersonViewSet.as_view({"post": "lift"}), name="do-not-contact-lift"),
    re_path(r"^export/?$", PersonViewSet.as_view({"post": "export"}), name="export"),
    re_path(r"^erase/?$", PersonViewSet.as_view({"post": "erase"}), name="erase"),
]
