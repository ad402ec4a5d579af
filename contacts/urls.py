"""/contacts and /interactions, with and without the trailing slash."""

from rest_framework.routers import SimpleRouter

from contacts.views import ContactViewSet, InteractionViewSet

router = SimpleRouter()
router.trailing_slash = "/?"
router.register("contacts", ContactViewSet)
router.register("interactions", InteractionViewSet)
urlpatterns = router.urls
